import type { IncomingHttpHeaders } from 'node:http'
import { SigningError } from '@signport/core'
import type { HttpAnswer } from '@signport/core/http'
import fc from 'fast-check'
import { SignResponseSchema } from '../../../../providers/alibaba-kms/src/generated/instance_pb.js'
import { readKeyAnswer, readSignAnswer } from '../../../../providers/alibaba-kms/src/instance/answer.js'
import { readMessage, WireFormatError } from '../../../../providers/alibaba-kms/src/instance/wire-format.js'
import { mutatedBytes, mutatedBytesOf, randomBytes } from '../byte-mutation.js'
import { type Parser, parser, promise } from '../parser.js'
import { SECRETS, SIGNATURE, TOLD } from '../seeds/answers.js'
import { statuses } from './trent-answer.js'

const KEY = 'key-hzz62f1cb66fa42qo5l1x'

/** A number as a varint (Protocol Buffers, Encoding). */
function varint(value: number): number[] {
  return value < 0x80 ? [value] : [(value % 0x80) + 0x80, ...varint(Math.floor(value / 0x80))]
}

const field = (number: number, content: string | Uint8Array) => {
  const bytes = Buffer.from(content as string)
  return Buffer.concat([Uint8Array.from([...varint(number * 8 + 2), ...varint(bytes.length)]), bytes])
}

const REQUEST_ID = '475f1620-b9d3-4d35-b5c6-3fbdd941423d'

/** SignResponse, GetPublicKeyResponse and the refusal, as the instance writes them. */
const MESSAGES: readonly Uint8Array[] = [
  Buffer.concat([
    field(1, KEY),
    field(2, SIGNATURE),
    field(3, REQUEST_ID),
    field(4, 'ECDSA_SHA_256'),
    field(5, 'DIGEST'),
  ]),
  Buffer.concat([field(2, SIGNATURE), field(5, 'RAW')]),
  Buffer.concat([field(1, KEY), field(2, '-----BEGIN PUBLIC KEY-----\nMFkw\n-----END PUBLIC KEY-----\n')]),
  Buffer.concat([
    Uint8Array.of(8, 0x94, 3),
    field(2, 'Forbidden.KeyNotFound'),
    field(3, `not found ${TOLD.secretAccessKey} ${TOLD.sessionToken} ${TOLD.message} \u001b[31m`),
    field(4, TOLD.sessionToken),
  ]),
]

/** Fields of any number and type, in any order, some of them twice. */
const fields = fc
  .array(
    fc
      .tuple(
        fc.oneof(fc.integer({ min: 0, max: 6 }), fc.constantFrom(15, 16, 2 ** 29 - 1, 2 ** 29, 2 ** 32)),
        fc.constantFrom(0, 1, 2, 2, 2, 3, 4, 5, 6, 7),
        fc.oneof(fc.constantFrom(KEY, 'RAW', 'DIGEST', REQUEST_ID, ...SECRETS), fc.string({ maxLength: 8 })),
        fc.constantFrom(0, 0, 0, 1, 5, 2 ** 31, 2 ** 53),
      )
      .map(([number, wire, text, more]) => {
        const bytes = Buffer.from(text)
        return Buffer.from([...varint(number * 8 + wire), ...varint(bytes.length + more), ...bytes])
      }),
    { maxLength: 7 },
  )
  .map((parts) => Uint8Array.from(Buffer.concat(parts)))

const bodies = fc.oneof(
  { weight: 4, arbitrary: mutatedBytes(MESSAGES) },
  { weight: 2, arbitrary: mutatedBytesOf(fields, MESSAGES) },
  { weight: 1, arbitrary: randomBytes(MESSAGES) },
)

const HEADERS: readonly IncomingHttpHeaders[] = [
  {},
  { 'x-kms-keyversionid': '2ab1a983-7072-4bbc-a582-584b5bd8ffd3' },
  { 'x-kms-keyversionid': TOLD.sessionToken },
  { 'retry-after': 'Fri, 31 Dec 1999 23:59:59 GMT' },
  { 'retry-after': '99999999999' },
  { location: `https://user:${TOLD.secretAccessKey}@elsewhere.example/` },
  { location: 'not a place' },
]

const question = {
  url: new URL('https://kst-x.cryptoservice.kms.aliyuncs.com/'),
  keyId: KEY,
  message: Buffer.from(TOLD.message),
  algorithm: 'ECDSA_SHA_256',
  credentials: () => [TOLD.accessKeyId, TOLD.secretAccessKey, TOLD.sessionToken],
  secrets: () => SECRETS,
  learnTime: () => ({ corrected: false }),
}

/** How long the instance asks to be left alone, by a header; undefined where it says nothing that is understood. */
export function instanceRetryAfter(value: string): number | undefined {
  const raw = { status: 503, headers: { 'retry-after': value }, body: Buffer.alloc(0) }
  try {
    readSignAnswer(raw, question)
  } catch (error) {
    if (SigningError.is(error, 'Unavailable')) return error.retryAfterMs
    throw error
  }
  return undefined
}

/** What a reader sees who was written by somebody else: the one value of each field, or none where there are several of one
 * that the message has. */
function valuesIn(bytes: Uint8Array, highest = 5): Map<number, Uint8Array> | undefined {
  const values = new Map<number, Uint8Array>()
  let offset = 0
  const number = (): bigint => {
    let [value, shift] = [0n, 0n]
    for (;;) {
      const byte = bytes[offset++] ?? 0
      value |= BigInt(byte & 0x7f) << shift
      shift += 7n
      if (byte < 0x80) return value
    }
  }
  while (offset < bytes.length) {
    const tag = number()
    const length =
      [() => 0, () => 8, () => Number(number()), () => 0, () => 0, () => 4][Number(tag & 7n)]?.() ?? 0
    const start = offset
    if (Number(tag & 7n) === 0) number()
    else offset += length
    const id = Number(tag >> 3n)
    if (id <= highest && values.has(id)) return undefined
    values.set(id, bytes.subarray(start, offset))
  }
  return values
}

const same = (a: Uint8Array, b: Uint8Array = new Uint8Array()) => Buffer.compare(a, b) === 0

function assertNames(names: readonly (string | undefined)[]): void {
  for (const name of names) {
    promise(!/[\p{Cc}\p{Cf}\p{Cs}]/u.test(name ?? ''), 'it handed on a name that no terminal should get')
    for (const secret of SECRETS) promise(!name?.includes(secret), 'it handed on a secret as a name')
  }
}

function readAnswer(raw: HttpAnswer, isSignature: boolean): void {
  const answer = isSignature ? readSignAnswer(raw, question) : readKeyAnswer(raw, question)
  const said = 'signature' in answer ? [answer.algorithm, answer.requestId] : []
  // Who was asked by an alias is told the key's own name, which nobody compares with another.
  assertNames([...said, answer.keyId, answer.keyVersion])
  const given = valuesIn(raw.body ?? new Uint8Array(), isSignature ? 5 : 3)?.get(2)
  const bytes = 'signature' in answer ? answer.signature : Buffer.from(answer.publicKey)
  promise(given !== undefined && same(bytes, given), 'another reader sees another value')
  promise(
    !('signature' in answer) || bytes.buffer !== raw.body?.buffer,
    'it gave out the memory that it was given',
  )
}

/** Answers of an instance of Alibaba's. */
export const INSTANCE_PARSERS: readonly Parser[] = [
  parser<HttpAnswer & { readonly isSignature: boolean }>({
    name: 'instance-answer',
    inputs: fc.record({
      status: statuses,
      headers: fc.constantFrom(...HEADERS),
      body: bodies.map((bytes) => Buffer.from(bytes)),
      isSignature: fc.boolean(),
    }),
    secretsIn: () => SECRETS,
    read: (answer) => readAnswer(answer, answer.isSignature),
  }),
  parser<Uint8Array>({
    name: 'protobuf',
    inputs: bodies,
    ownError: WireFormatError,
    read(bytes) {
      const read = readMessage(SignResponseSchema, bytes)
      const values = valuesIn(bytes)
      promise(values !== undefined, 'it took a message with two values of one field')
      promise(same(read.signature, values.get(2)), 'another reader sees another signature')
      const texts = { 1: read.keyId, 3: read.requestId, 4: read.algorithm, 5: read.messageType }
      for (const [id, text] of Object.entries(texts))
        promise(same(Buffer.from(text), values.get(Number(id))), `another reader sees another field ${id}`)
    },
  }),
]
