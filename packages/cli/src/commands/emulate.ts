import { once } from 'node:events'
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
  /** False with `--no-auth`. */
  readonly auth: boolean
}

/** Runs an emulator until the process is asked to end, which is how it is meant to end. */
export async function emulate(command: EmulateCommand, signal: AbortSignal): Promise<void> {
  const emulator = await start(command)
  try {
    await print(shellLines(emulator))
    await say(`the emulator listens on ${emulator.url} until it is stopped, by Ctrl-C for instance.`, 'note')
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

function optionsOf({ port = '0', keys, seed, region, auth }: EmulateCommand): EmulatorOptions {
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535)
    throw new Failure('--port should be a number from 0 to 65535; 0 is any port that is free.')
  return {
    port: Number(port),
    auth: auth ? 'sigv4' : 'none',
    notify: (line) => void say(line, 'note'),
    ...(keys !== undefined && { keysFile: keys }),
    ...(seed !== undefined && { seedFile: seed }),
    ...(region !== undefined && { region }),
  }
}

function explained(error: unknown, { port, keysFile, seedFile }: EmulatorOptions): unknown {
  // What is wrong with an option or a file of keys.
  if (error instanceof TypeError) return new Failure(error.message, { cause: error })
  const code = codeOf(error)
  if (code === 'EADDRINUSE')
    return new Failure(`port ${port} is taken: choose another one, or leave out --port for any that is free.`)
  if ((error as NodeJS.ErrnoException).syscall === 'listen')
    return new Failure(`cannot listen on port ${port}: the system says ${code}.`, { cause: error })
  return cannot('read', keysFile ?? seedFile ?? 'the keys', error)
}

/** What a shell is given to find the emulator, and to control it. */
function shellLines({ environment, controlToken }: Emulator): string {
  const variables = { ...environment, SIGNPORT_EMULATOR_TOKEN: controlToken }
  return [
    // Each of them would keep a client from using what follows.
    'unset AWS_PROFILE AWS_SESSION_TOKEN AWS_IGNORE_CONFIGURED_ENDPOINT_URLS',
    ...Object.entries(variables).map(([name, value]) => `export ${name}='${value}'`),
    '',
  ].join('\n')
}
