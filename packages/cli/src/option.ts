import { type Command, InvalidArgumentError, Option } from 'commander'

/** The options that more than one command has, each under one name and with one meaning. */
export const option = {
  uri: (about: string) => new Option('--uri <URI>', `${about}, such as local:./key.pem`),

  signer: (about: string) =>
    new Option('--signer <NAME>', `${about}, by its name in the configuration`).conflicts('uri'),

  config: () =>
    new Option(
      '--config <FILE>',
      'the configuration (default: SIGNPORT_CONFIG, or signport.yaml, found upwards)',
    ),

  signature: () =>
    new Option('--signature <SIG>', 'the file with the signature, or - for standard input (required)'),

  publicKey: () =>
    new Option('--public-key <FILE>', 'whose signature it is: a public key as PEM, JWK or DER'),

  algorithm: () =>
    new Option('--algorithm <NAME>', 'needed where the key allows several (see: signport algorithms)'),

  encoding: () =>
    new Option('--encoding <LAYOUT>', 'the layout of an ECDSA signature (default: der)').choices([
      'der',
      'ieee-p1363',
    ]),

  digest: (verb: string) => new Option('--digest', `${verb} the digest whose raw bytes FILE holds`),

  digestKind: () =>
    new Option('--digest-kind <KIND>', 'what the digest is, where it depends on the key').choices([
      'sm2-za-message',
      'ml-dsa-mu',
    ]),

  vendor: () =>
    new Option('--vendor <NAME>', 'whose names are shown (default: aws and alibaba)').choices([
      'jose',
      'aws',
      'alibaba',
      'google',
      'azure',
      'jca',
      'webcrypto',
      'rfc9421',
    ]),

  /** Without a default of commander's: commands tell apart what was said and what was not. */
  format: (about: string, choices: readonly string[], usual: string) =>
    new Option('--format <FORMAT>', `${about} (default: ${usual})`).choices(choices),

  json: (about: string) => new Option('--json', about),

  expiresIn: () =>
    new Option(
      '--expires-in <TIME>',
      'set exp: how long the token is valid, such as 90s, 10m or 1h',
    ).argParser(someTime),

  typ: () =>
    new Option('--typ <TYPE>', 'what the header says it is, such as at+jwt (default: JWT)').argParser(
      someText,
    ),

  require: () =>
    new Option(
      '--require <CLAIMS>',
      'the claims that it must have, or none (default: iss,aud,exp)',
    ).argParser(namesIn),

  output: (what: string) => new Option('-o, --output <FILE>', `write ${what} to a file, whole or not at all`),

  force: () => new Option('--force', 'replace the output file if it exists'),
}

/**
 * Refuses to run a command that has none of some options. Commander can do so itself, but before it looks for mistyped options,
 * and `--urii` is better answered with a proposal.
 */
export function needs(...names: string[]): (command: Command) => void {
  return (command) => {
    if (names.some((name) => command.getOptionValue(name) !== undefined)) return
    const options = command.options.filter((each) => names.includes(each.attributeName()))
    command.error(`required option ${options.map(({ flags }) => `'${flags}'`).join(' or ')} not specified`)
  }
}

function someText(text: string): string {
  if (text !== '') return text
  throw new InvalidArgumentError('It is empty.')
}

/** Its form, so that a mistake is told before anything is read; how long it may be, who signs the token knows. */
function someTime(text: string): string {
  if (/^0*[1-9]\d*[smhdw]$/.test(text)) return text
  throw new InvalidArgumentError('It must be a whole number and its unit, such as 90s, 10m or 1h.')
}

/** Names with commas between them; `none` for an empty list, which a variable that is not set must not be. */
function namesIn(text: string): readonly string[] {
  if (text === 'none') return []
  const names = text.split(',').map((name) => name.trim())
  if (names.every((name) => name !== '' && name !== 'none')) return names
  throw new InvalidArgumentError('Name claims with commas between them, such as iss,aud,exp, or none alone.')
}
