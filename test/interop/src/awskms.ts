import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import type { Emulator } from '@signport/emulator'
import { type Bytes, CLIENT_ENVIRONMENT } from './client-process.js'
import { installedFile } from './part-files.js'

/** What the program says of a key that it has used. Everything was found valid in Go. */
export interface AwsKmsReport {
  readonly kind: string
  readonly keyId: string
  /** DER, as are the certificate and the request; base64. */
  readonly publicKey: Bytes['base64']
  readonly signatures: readonly AwsKmsSignature[]
}

/** A signature of the program's message, and what the same key has certified in the same way. */
export interface AwsKmsSignature {
  readonly scheme: string
  readonly bytes: Bytes['base64']
  readonly certificate: Bytes['base64']
  readonly request: Bytes['base64']
}

/** What the service has refused, by the name of the error and by its type in Go; an empty name for nothing. */
export interface AwsKmsRefusal {
  readonly error: string
  readonly type?: string
}

/** How the program has ended. */
export interface AwsKmsRun<T> {
  readonly status: number | null
  readonly lines: readonly T[]
  readonly complaint: string
}

/** How long the program may take, in milliseconds: its client waits for 15 seconds, and makes nine keys. */
const LIMIT_MS = 150_000

/** The program of the part awskms, which finds the emulator by the variables that it gives, and by others. */
export async function runAwsKms<T>(
  { environment }: Emulator,
  args: readonly string[],
  others: Readonly<Record<string, string>> = {},
  limitMs = LIMIT_MS,
): Promise<AwsKmsRun<T>> {
  const env = { ...CLIENT_ENVIRONMENT, ...environment, ...others }
  const child = spawn(installedFile('awskms/awskms'), args, {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: limitMs,
    killSignal: 'SIGKILL',
  })
  const [output, complaint, [status, killedBy]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number | null, string | null]>,
  ])
  if (killedBy) throw new Error(`awskms, which has ${limitMs} ms, was ended by ${killedBy}: ${complaint}`)
  const lines = output.split('\n').filter(Boolean)
  return { status, lines: lines.map((line) => JSON.parse(line) as T), complaint }
}
