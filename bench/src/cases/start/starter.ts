import { type KeyObject, verify } from 'node:crypto'
import { programPath } from '../../harness/program-path.js'
import type { Started, StartSettings } from '../../programs/start/started.js'
import { type ProcessRun, runNode } from '../process-run.js'

/** A program that starts, signs one message, and ends. */
export interface Starter {
  readonly name: string
  /** Of a file in `programs/start`. */
  readonly program: string
  readonly settings: StartSettings
}

/** How a start went, in milliseconds. */
export interface Start {
  /** From before the process was started until its signature was there. */
  readonly wall: number
  /** What the process had of processors until then. */
  readonly cpu: number
  readonly signature: Buffer | undefined
}

export async function start(starter: Starter): Promise<Start> {
  const { toOutput, output } = await runStarter(starter)
  const { cpu, signature } = JSON.parse(output.toString()) as Started
  return {
    wall: toOutput as number,
    cpu: cpu / 1000,
    signature: signature === undefined ? undefined : Buffer.from(signature, 'base64'),
  }
}

export function runStarter({ program, settings }: Starter, more?: NodeJS.ProcessEnv): Promise<ProcessRun> {
  const { accessKeyId, secretAccessKey } = settings.credentials
  const environment = {
    // For what a configuration opens, in which no credentials stand.
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    // The SDK would write that it is not for this version of Node, where that is so, and that takes time.
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  }
  const args = [programPath(`start/${program}`), JSON.stringify(settings)]
  return runNode(args, { ...environment, ...more })
}

/** @throws when the program does not sign what it should, with the key that it should */
export async function assertSigns(starter: Starter, publicKey: KeyObject): Promise<void> {
  const { signature } = await start(starter)
  const message = Buffer.from(starter.settings.message)
  if (!signature || !verify('sha256', message, publicKey, signature))
    throw new Error(`${starter.name} gave no valid signature`)
}
