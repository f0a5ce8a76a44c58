import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import type { Emulator } from '@signport/emulator'
import { type Bytes, CLIENT_ENVIRONMENT, pathOfPart } from './client-process.js'

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

/** The program of the part awskms, which finds the emulator by the variables that it gives, and by others. */
export async function runAwsKms<T>(
  { environment }: Emulator,
  args: readonly string[],
  others: Readonly<Record<string, string>> = {},
): Promise<AwsKmsRun<T>> {
  const env = { ...CLIENT_ENVIRONMENT, ...environment, ...others }
  const stdio = ['ignore', 'pipe', 'pipe'] as const
  const child = spawn(pathOfPart('installed', 'awskms/awskms'), args, { env, stdio: [...stdio] })
  const [output, complaint, [status]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number | null]>,
  ])
  const lines = output.split('\n').filter(Boolean)
  return { status, lines: lines.map((line) => JSON.parse(line) as T), complaint }
}
