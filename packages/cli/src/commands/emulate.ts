import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { type Emulator, type EmulatorOptions, startEmulator } from '@signport/emulator'
import { Failure } from '../failure.js'
import { say } from '../message.js'
import { print } from '../standard-output.js'
import { cannot, codeOf } from '../system-error.js'

/** The options of `signport emulate`, as the command line gives them. */
export interface EmulateCommand {
  readonly port?: string
  readonly keys?: string
  readonly seed?: string
  readonly region?: string
  readonly tls?: boolean
  readonly caFile?: string
  /** The folder of the ClientKey. */
  readonly clientKey?: string
  /** The file that says what goes wrong on purpose. */
  readonly faults?: string
  /** False with `--no-auth`. */
  readonly auth: boolean
}

/** Runs an emulator until the process is asked to end, which is how it is meant to end. */
export async function emulate(command: EmulateCommand, signal: AbortSignal): Promise<void> {
  const emulator = await start(command)
  const { url, tls } = emulator
  try {
    if (tls && command.caFile !== undefined) await writeCertificate(command.caFile, tls.ca)
    await print(shellLines(emulator, command))
    const places = tls ? `${url} and ${tls.url}` : url
    await say(`the emulator listens on ${places} until it is stopped, by Ctrl-C for instance.`, 'note')
    if (!signal.aborted) await once(signal, 'abort')
  } finally {
    await emulator.close()
  }
}

async function start(command: EmulateCommand): Promise<Emulator> {
  const options = optionsOf(command)
  try {
    return await startEmulator(options)
  } catch (error) {
    throw explained(error, options)
  }
}

/** A certificate is no secret. The one of an earlier start is of no use any more, and nothing else is replaced. */
async function writeCertificate(path: string, ca: string): Promise<void> {
  if (!isCertificate(await readIfThere(path)))
    throw new Failure(`${path} is there and is not a certificate: choose another path for --ca-file.`)
  try {
    await writeFile(path, ca)
  } catch (error) {
    throw cannot('write', path, error)
  }
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw cannot('write', path, error)
  }
}

function isCertificate(text = ''): boolean {
  return text === '' || /^-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----\s*$/.test(text)
}

function optionsOf(command: EmulateCommand): EmulatorOptions {
  const { port = '0', keys, seed, region, tls, clientKey, faults, auth } = command
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535)
    throw new Failure('--port should be a number from 0 to 65535; 0 is any port that is free.')
  return {
    port: Number(port),
    auth: auth ? 'sigv4' : 'none',
    notify: (line) => void say(line, 'note'),
    ...(keys !== undefined && { keysFile: keys }),
    ...(seed !== undefined && { seedFile: seed }),
    ...(region !== undefined && { region }),
    ...(tls !== undefined && { tls }),
    ...(clientKey !== undefined && { clientKeyFolder: clientKey }),
    ...(faults !== undefined && { faultsFile: faults }),
  }
}

function explained(error: unknown, options: EmulatorOptions): unknown {
  const { port } = options
  // What is wrong with an option, or within a file of keys or of faults.
  if (error instanceof TypeError) return new Failure(error.message, { cause: error })
  const code = codeOf(error)
  if (code === 'EADDRINUSE')
    return new Failure(`port ${port} is taken: choose another one, or leave out --port for any that is free.`)
  if ((error as NodeJS.ErrnoException).syscall === 'listen')
    return new Failure(`cannot listen on port ${port}: the system says ${code}.`, { cause: error })
  return cannot('read', fileOf(error as NodeJS.ErrnoException, options) ?? 'the keys', error)
}

/** What cannot be read, by the name that the command line has for it. */
function fileOf({ path }: NodeJS.ErrnoException, options: EmulatorOptions): string | undefined {
  const { keysFile, seedFile, clientKeyFolder, faultsFile } = options
  if (faultsFile !== undefined && path === faultsFile) return faultsFile
  if (clientKeyFolder !== undefined && path?.startsWith(clientKeyFolder)) return clientKeyFolder
  return keysFile ?? seedFile
}

/** What a shell is given to find the emulator, and to control it. */
function shellLines(emulator: Emulator, { caFile }: EmulateCommand): string {
  const { environment, controlToken, host, port, tls, clientKeyFiles } = emulator
  const variables = {
    ...environment,
    // Clients of Alibaba Cloud have no variable for it, and take it without a scheme.
    SIGNPORT_EMULATOR_ENDPOINT: `${host}:${port}`,
    ...(tls && { SIGNPORT_EMULATOR_TLS_ENDPOINT: `${host}:${tls.port}` }),
    ...(caFile !== undefined && { SIGNPORT_EMULATOR_CA_FILE: resolve(caFile) }),
    ...(clientKeyFiles && {
      SIGNPORT_EMULATOR_CLIENT_KEY_FILE: resolve(clientKeyFiles.path),
      SIGNPORT_EMULATOR_CLIENT_KEY_PASSWORD_FILE: resolve(clientKeyFiles.passwordPath),
    }),
    SIGNPORT_EMULATOR_TOKEN: controlToken,
  }
  return [
    // Any of them would keep a client from using what follows.
    'unset AWS_PROFILE AWS_SESSION_TOKEN AWS_IGNORE_CONFIGURED_ENDPOINT_URLS ALIBABA_CLOUD_SECURITY_TOKEN',
    ...Object.entries(variables).map(([name, value]) => `export ${name}=${quoted(value)}`),
    '',
  ].join('\n')
}

/** For a shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
