import { createHash } from 'node:crypto'
import { connect } from 'node:net'
import type { Emulator, PlaneName } from '@signport/emulator'
import { rpcKey, rpcOutput } from './alibaba-rpc.js'
import { decode, encode } from './protobuf.js'

/** The same calls in all three protocols, without signatures of requests, over bare connections. */

export const PLANES: readonly PlaneName[] = ['trent', 'openapi', 'instance']

/** A key that all three protocols know, with an alias. */
export interface Key {
  readonly KeyId: string
  readonly KeyVersionId: string
}

export async function planeKey(emulator: Emulator, spec = 'EC_P256', alias = 'alias/a'): Promise<Key> {
  const key = await rpcKey(emulator, spec)
  await rpcOutput(emulator, 'CreateAlias', { AliasName: alias, KeyId: key.KeyId })
  return key
}

/** What a protocol calls the algorithms that all have. */
const ALGORITHMS = {
  ES256: { trent: 'ECDSA_SHA_256', openapi: 'ECDSA_SHA_256', instance: 'ECDSA_SHA_256' },
  PS256: { trent: 'RSASSA_PSS_SHA_256', openapi: 'RSA_PSS_SHA_256', instance: 'RSA_PSS_SHA_256' },
} as const

export interface SignCall {
  readonly keyId: string
  readonly versionId: string
  readonly message: string
  readonly algorithm?: keyof typeof ALGORITHMS
}

/** The bytes of a request. */
type Wire = Buffer

function wire(
  method: string,
  path: string,
  headers: Record<string, string>,
  body: Uint8Array,
  port: number,
): Wire {
  const lines = Object.entries({
    host: `127.0.0.1:${port}`,
    'content-length': String(body.length),
    ...headers,
  })
  const head = [`${method} ${path} HTTP/1.1`, ...lines.map(([name, value]) => `${name}: ${value}`), '', '']
  return Buffer.concat([Buffer.from(head.join('\r\n')), body])
}

const WIRES = {
  trent: (port: number, operation: string, input: object) =>
    wire(
      'POST',
      '/',
      { 'x-amz-target': `TrentService.${operation}` },
      Buffer.from(JSON.stringify(input)),
      port,
    ),
  openapi: (port: number, Action: string, input: Record<string, string>) =>
    wire(
      'POST',
      `/?${new URLSearchParams({ Action, Version: '2016-01-20', ...input })}`,
      {},
      Buffer.alloc(0),
      port,
    ),
  instance: (port: number, name: string, body: Uint8Array) =>
    wire('POST', '/', { 'x-kms-apiname': name, 'x-kms-apiversion': 'dkms-gcs-0.2' }, body, port),
}

const sha256 = (text: string) => createHash('sha256').update(text).digest()

/** A request to sign a digest. */
export function signRequest(plane: PlaneName, port: number, call: SignCall): Wire {
  const { keyId, versionId, message, algorithm = 'ES256' } = call
  const [name, digest] = [ALGORITHMS[algorithm][plane], sha256(message)]
  if (plane === 'instance')
    return WIRES.instance(port, 'Sign', encode({ 1: keyId, 3: name, 4: digest, 5: 'DIGEST' }))
  const text = digest.toString('base64')
  if (plane === 'trent') {
    const input = { KeyId: keyId, Message: text, MessageType: 'DIGEST', SigningAlgorithm: name }
    return WIRES.trent(port, 'Sign', input)
  }
  const input = { KeyId: keyId, KeyVersionId: versionId, Algorithm: name, Digest: text }
  return WIRES.openapi(port, 'AsymmetricSign', input)
}

/** A request for a public key. */
export function publicKeyRequest(plane: PlaneName, port: number, keyId: string, versionId: string): Wire {
  if (plane === 'instance') return WIRES.instance(port, 'GetPublicKey', encode({ 1: keyId }))
  if (plane === 'trent') return WIRES.trent(port, 'GetPublicKey', { KeyId: keyId })
  return WIRES.openapi(port, 'GetPublicKey', { KeyId: keyId, KeyVersionId: versionId })
}

/** What came over a connection, and how it ended. */
export interface Raw {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
  /** `whole` when the announced body has come and the connection is still open after it. */
  readonly ended: 'whole' | 'end' | 'reset'
}

/** @param patient waits for the end of the connection after a whole answer, too */
export function exchange(port: number, request: Wire, patient = false): Promise<Raw> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
    let received = Buffer.alloc(0)
    const done = (ended: Raw['ended']) => {
      socket
        .removeAllListeners()
        .on('error', () => undefined)
        .destroy()
      resolve({ ...parse(received), ended })
    }
    socket.on('data', (bytes) => {
      received = Buffer.concat([received, bytes])
      if (patient) return
      const { headers, body } = parse(received)
      if (body.length === Number(headers['content-length'] ?? -1)) done('whole')
    })
    socket.once('error', () => done('reset'))
    // Node may show a reset as an end. After a reset nothing can be sent, and after an end it can.
    socket.once('end', () => socket.write('\n', (error) => done(error ? 'reset' : 'end')))
    socket.write(request)
  })
}

function parse(bytes: Buffer): Omit<Raw, 'ended'> {
  const end = bytes.indexOf('\r\n\r\n')
  if (end < 0) return { status: 0, headers: {}, body: Buffer.alloc(0) }
  const [first = '', ...lines] = bytes.subarray(0, end).toString('latin1').split('\r\n')
  const headers = lines.map((line) => [
    line.slice(0, line.indexOf(':')).toLowerCase(),
    line.slice(line.indexOf(':') + 1).trim(),
  ])
  const status = Number(first.split(' ')[1])
  return { status, headers: Object.fromEntries(headers), body: bytes.subarray(end + 4) }
}

/** A signature, and whose it is said to be. */
export function signatureIn(plane: PlaneName, body: Buffer): { keyId: string; signature: Buffer } {
  if (plane === 'instance') {
    const fields = decode(body)
    return { keyId: String(fields.get(1)), signature: fields.get(2) as Buffer }
  }
  const { KeyId, Signature, Value } = JSON.parse(body.toString()) as Record<string, string>
  return { keyId: KeyId ?? '', signature: Buffer.from(Signature ?? Value ?? '', 'base64') }
}

/** A public key as PEM, and whose it is said to be. */
export function publicKeyIn(plane: PlaneName, body: Buffer): { keyId: string; pem: string } {
  if (plane === 'instance') {
    const fields = decode(body)
    return { keyId: String(fields.get(1)), pem: String(fields.get(2)) }
  }
  const { KeyId = '', PublicKey = '' } = JSON.parse(body.toString()) as Record<string, string>
  if (plane === 'openapi') return { keyId: KeyId, pem: PublicKey }
  return { keyId: KeyId, pem: `-----BEGIN PUBLIC KEY-----\n${PublicKey}\n-----END PUBLIC KEY-----\n` }
}
