import { Command, Option } from 'commander'
import type { AlgorithmsCommand } from './commands/algorithms.js'
import type { EmulateCommand } from './commands/emulate.js'
import type { ProbeCommand } from './commands/probe.js'
import type { PublicKeyCommand } from './commands/public-key.js'
import type { SignCommand } from './commands/sign.js'
import type { SignersCommand } from './commands/signers.js'
import type { VerifyCommand } from './commands/verify.js'
import { needs, option } from './option.js'
import type { Run } from './run.js'
import { jwksCommand, jwtCommand } from './token-commands.js'

/**
 * The commands, their options and their help. What a command does is loaded when it is used, so that help and
 * mistakes are answered at once.
 */
export function commandLine(run: Run, version: string): Command {
  return new Command('signport')
    .description('Sign and verify files with keys in any key-management service.')
    .version(version, '--version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .addCommand(signCommand(run))
    .addCommand(verifyCommand(run))
    .addCommand(publicKeyCommand(run))
    .addCommand(jwtCommand(run))
    .addCommand(jwksCommand(run))
    .addCommand(signersCommand())
    .addCommand(probeCommand(run))
    .addCommand(algorithmsCommand())
    .addCommand(emulateCommand(run))
    .addHelpText('after', EXIT_CODES)
}

const EXIT_CODES = `
Exit codes: 0 done or valid, 1 not valid or a probe failed, 2 wrong use or failure.`

const FILE = 'the file, or - for standard input'

function signCommand({ signal }: Run): Command {
  return new Command('sign')
    .description('Sign a file.')
    .argument('<FILE>', FILE)
    .addOption(option.uri('the key that signs'))
    .addOption(option.signer('who signs'))
    .addOption(option.config().conflicts('uri'))
    .addOption(option.algorithm())
    .addOption(option.output('the signature'))
    .addOption(option.force())
    .addOption(option.format('how the signature is written', ['binary', 'base64', 'hex'], 'binary'))
    .addOption(
      option.json('write a JSON object with the signature and how it came about').conflicts('format'),
    )
    .addOption(option.encoding())
    .addOption(option.digest('sign'))
    .addOption(option.digestKind().implies({ digest: true }))
    .addHelpText('after', SIGN_EXAMPLES)
    .hook('preAction', needs('uri', 'signer'))
    .action(async (file: string, options: SignCommand) => {
      const { sign } = await import('./commands/sign.js')
      await sign(file, options, signal)
    })
}

const SIGN_EXAMPLES = `
Examples:
  signport sign app.tar --uri local:./key.pem -o app.tar.sig
  signport sign app.tar --signer releases -o app.tar.sig
  signport sign app.tar --uri 'local:./key.pem?algorithm=ES256&generate=true' --format base64
  signport sign - --uri local:./rsa.pem --algorithm PS256 --json < app.tar
  openssl dgst -sha256 -binary app.tar | signport sign - --digest --uri local:./key.pem -o app.tar.sig`

function verifyCommand(run: Run): Command {
  return new Command('verify')
    .description('Verify the signature of a file. Prints valid or invalid.')
    .argument('<FILE>', FILE)
    .addOption(option.signature())
    .addOption(option.uri('whose signature it is'))
    .addOption(option.signer('whose signature it is'))
    .addOption(option.config().conflicts(['uri', 'publicKey']))
    .addOption(option.publicKey().conflicts(['uri', 'signer']))
    .addOption(option.algorithm())
    .addOption(option.format('how the signature is written', ['binary', 'base64', 'hex', 'json'], 'binary'))
    .addOption(option.encoding())
    .addOption(option.digest('verify'))
    .addOption(option.json('print a JSON object'))
    .addHelpText('after', VERIFY_EXAMPLES)
    .hook('preAction', needs('signature'))
    .hook('preAction', needs('uri', 'signer', 'publicKey'))
    .action(async (file: string, options: VerifyCommand) => {
      const { verify } = await import('./commands/verify.js')
      run.exitCode = (await verify(file, options, run.signal)) ? 0 : 1
    })
}

const VERIFY_EXAMPLES = `
Examples:
  signport verify app.tar --signature app.tar.sig --uri local:./key.pem
  signport verify app.tar --signature app.tar.sig --signer releases
  signport verify app.tar --signature app.tar.sig --public-key public.pem
  signport verify app.tar --signature app.tar.json --format json --public-key rsa.pem --algorithm PS256
  signport verify - --signature app.tar.sig --public-key public.pem < app.tar`

function publicKeyCommand({ signal }: Run): Command {
  return new Command('public-key')
    .description('Print the public key of a signer.')
    .addOption(option.uri('the key'))
    .addOption(option.signer('whose key it is'))
    .addOption(option.config().conflicts('uri'))
    .addOption(option.algorithm())
    .addOption(option.format('how the key is written', ['pem', 'jwk', 'der', 'thumbprint'], 'pem'))
    .addOption(option.output('the key'))
    .addOption(option.force())
    .addHelpText('after', PUBLIC_KEY_EXAMPLES)
    .hook('preAction', needs('uri', 'signer'))
    .action(async (options: PublicKeyCommand) => {
      const { publicKey } = await import('./commands/public-key.js')
      await publicKey(options, signal)
    })
}

const PUBLIC_KEY_EXAMPLES = `
Examples:
  signport public-key --uri local:./key.pem -o public.pem
  signport public-key --uri local:./key.pem --format jwk
  signport public-key --signer releases --format thumbprint`

function signersCommand(): Command {
  return new Command('signers')
    .description('List the signers of the configuration. Nothing is asked of any service.')
    .addOption(option.config())
    .addOption(option.json('print a JSON array'))
    .addHelpText('after', SIGNERS_EXAMPLES)
    .action(async (options: SignersCommand) => {
      const { signers } = await import('./commands/signers.js')
      await signers(options)
    })
}

const SIGNERS_EXAMPLES = `
Examples:
  signport signers
  signport signers --config production.yaml --json`

function probeCommand(run: Run): Command {
  return new Command('probe')
    .description('Find out whether signers of the configuration can sign now, and what to do where not.')
    .argument('[NAME...]', 'the signers (default: all)')
    .addOption(option.config())
    .option('--sign', 'sign a fixed message where nothing else shows whether that is permitted')
    .addOption(
      new Option('--policy', 'instead, print the least that services must allow; none is asked').conflicts(
        'sign',
      ),
    )
    .addOption(option.json('print a JSON array'))
    .addHelpText('after', PROBE_EXAMPLES)
    .action(async (names: string[], options: ProbeCommand) => {
      if (options.policy) return (await import('./commands/policy.js')).policy(names, options)
      const { probe } = await import('./commands/probe.js')
      run.exitCode = (await probe(names, options, run.signal)) ? 0 : 1
    })
}

const PROBE_EXAMPLES = `
Examples:
  signport probe
  signport probe invoices receipts --sign
  signport probe --json | jq -r '.[] | select(.result != "ok") | .name'
  signport probe --policy invoices > policy.json
  signport probe --policy --json > policies.json`

function algorithmsCommand(): Command {
  return new Command('algorithms')
    .description('Print the algorithms: their keys, their lengths, and what others call them.')
    .addOption(option.vendor())
    .addOption(option.json('print a JSON array, with the names of all').conflicts('vendor'))
    .addHelpText('after', ALGORITHMS_EXAMPLES)
    .action(async (options: AlgorithmsCommand) => {
      const { algorithms } = await import('./commands/algorithms.js')
      await algorithms(options)
    })
}

const ALGORITHMS_EXAMPLES = `
Examples:
  signport algorithms
  signport algorithms --vendor google
  signport algorithms --json`

function emulateCommand({ signal }: Run): Command {
  return new Command('emulate')
    .description(
      'Run a key-management service on this machine that speaks as AWS KMS and Alibaba Cloud KMS do.',
    )
    .option('--port <N>', 'where it listens on 127.0.0.1 (default: any free port)')
    .option('--keys <FILE>', 'keep the keys in a file from one start to the next')
    .addOption(
      new Option('--seed <FILE>', 'start with the keys of a file, which is not written').conflicts('keys'),
    )
    .option('--region <REGION>', 'the region that it says it is (default: us-east-1)')
    .option('--tls', 'listen on a second port, too, where it speaks TLS')
    .addOption(
      new Option('--ca-file <PATH>', 'write the certificate that TLS clients must trust').implies({
        tls: true,
      }),
    )
    .option('--client-key <DIR>', 'keep a ClientKey for clients of KMS instances in a folder')
    .option('--faults <FILE>', 'fail on purpose, as a JSON file says')
    .option('--no-auth', 'answer requests without looking at their signatures')
    .addHelpText('after', EMULATE_EXAMPLES)
    .action(async (options: EmulateCommand) => {
      const { emulate } = await import('./commands/emulate.js')
      await emulate(options, signal)
    })
}

const EMULATE_EXAMPLES = `
Standard output has the lines that make a shell use it; it runs until Ctrl-C.

Examples:
  signport emulate
  signport emulate --port 4599 --keys emulator-keys.json
  signport emulate --ca-file emulator-ca.pem --client-key emulator-client-key
  signport emulate --faults faults.json
  signport emulate > emulator.env &`
