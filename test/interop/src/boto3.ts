import type { Emulator } from '@signport/emulator'
import { type Caller, createCaller, memberOf } from './client-caller.js'
import { type Bytes, startClient } from './client-process.js'

/** How a client differs from the usual one. */
export interface Boto3Client {
  /** The key's id, its secret and, where there is one, the session token. */
  readonly access?: readonly string[]
  /** How often it tries. Without it, as often as the library does by itself. */
  readonly attempts?: number
  /** True for requests without a signature. */
  readonly unsigned?: boolean
  /** True for requests that the library would not send, because it sees by itself that they are wrong. */
  readonly unchecked?: boolean
}

/** What a Python program would catch. */
export interface Boto3Error {
  readonly class: string
  readonly code?: string
  readonly message: string
  readonly status?: number
  readonly requestId?: string
  readonly attempts?: number
  /** Whether AWS's model says that the operation may fail so. */
  readonly declared?: boolean
}

/** A signature that `cryptography`, or libsodium for Ed25519ph, is to judge. */
interface Boto3Question {
  readonly algorithm: string
  readonly publicKey: Bytes
  readonly message: Bytes
  readonly signature: Bytes
}

/** AWS's SDK for Python, with signatures of requests, by the variables that an emulator gives. */
export interface Boto3 extends Caller<Boto3Error, Boto3Client> {
  /** The values that the library knows of a type of AWS's model. */
  enumeration(shape: string): Promise<readonly string[]>
  /** A list by the library's own paginator. */
  pages<T>(operation: string, input?: object): Promise<readonly T[]>
  verify(question: Boto3Question): Promise<boolean>
}

export function startBoto3({ environment }: Emulator, library: 'boto3' | 'botocore' = 'boto3'): Boto3 {
  const python = startClient('boto3', 'call_kms.py', { args: [library], environment })
  return {
    ...createCaller<Boto3Error, Boto3Client>(python),
    enumeration: async (shape) => memberOf(await python.ask({ ask: 'enumeration', shape }), shape, 'names'),
    pages: async (operation, input = {}) =>
      memberOf(await python.ask({ ask: 'pages', operation, input }), operation, 'pages'),
    verify: async (question) => memberOf(await python.ask({ ask: 'verify', ...question }), 'verify', 'valid'),
  }
}
