import { Option } from 'commander'

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

  output: (what: string) => new Option('-o, --output <FILE>', `write ${what} to a file, whole or not at all`),

  force: () => new Option('--force', 'replace the output file if it exists'),
}
