import { Command } from 'commander'
import type { JwksCommand } from './commands/jwks.js'
import type { JwtCommand } from './commands/jwt.js'
import { needs, option } from './option.js'
import type { Run } from './run.js'

/** The command that signs claims. */
export function jwtCommand({ signal }: Run): Command {
  return new Command('jwt')
    .description('Sign claims, and print the JSON Web Token.')
    .argument('[FILE]', 'the claims as a JSON object: a file, or - for standard input', '-')
    .addOption(option.uri('the key that signs'))
    .addOption(option.signer('who signs'))
    .addOption(option.config().conflicts('uri'))
    .addOption(option.algorithm())
    .addOption(option.expiresIn())
    .addOption(option.typ())
    .addOption(option.require())
    .addOption(option.output('the token'))
    .addOption(option.force())
    .addHelpText('after', JWT_EXAMPLES)
    .hook('preAction', needs('uri', 'signer'))
    .action(async (file: string, options: JwtCommand) => {
      const { jwt } = await import('./commands/jwt.js')
      await jwt(file, options, signal)
    })
}

const JWT_EXAMPLES = `
Examples:
  signport jwt claims.json --signer tokens --expires-in 10m
  signport jwt claims.json --signer tokens --expires-in 10m --typ at+jwt -o token.txt
  echo '{"iss":"me","aud":"you"}' | signport jwt --uri local:./key.pem --expires-in 1h`

/** The command that prints the keys which verifiers need. */
export function jwksCommand({ signal }: Run): Command {
  return new Command('jwks')
    .description('Print the key set (JWKS) by which others verify the tokens of signers.')
    .argument('[NAME...]', 'the signers of the configuration (default: all)')
    .addOption(option.uri('instead of signers, the key'))
    .addOption(option.config().conflicts('uri'))
    .addOption(option.algorithm())
    .addOption(option.output('the key set'))
    .addOption(option.force())
    .addHelpText('after', JWKS_EXAMPLES)
    .action(async (names: string[], options: JwksCommand) => {
      const { jwks } = await import('./commands/jwks.js')
      await jwks(names, options, signal)
    })
}

const JWKS_EXAMPLES = `
Examples:
  signport jwks
  signport jwks tokens -o jwks.json --force
  signport jwks --uri local:./key.pem`
