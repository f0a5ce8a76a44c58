import { randomUUID } from 'node:crypto'
import { BinaryReader, BinaryWriter } from '@bufbuild/protobuf/wire'
import type { Keys } from './keys.js'
import { ALIBABA_NAMES } from './openapi-plane.js'
import type { Asked, Plane, Reply } from './plane.js'

const CONTENT_TYPE = 'application/x-protobuf'

/** The fields of a request to sign. */
const KEY_ID = 1
const ALGORITHM = 3
const MESSAGE = 4
const MESSAGE_TYPE = 5

/** A KMS instance of Alibaba Cloud: Sign of the one digest, and GetPublicKey. */
export function createInstancePlane({ all, digest }: Keys): Plane {
  const keys = new Map(all.map((key) => [key.alibabaId, key]))
  return (asked) => {
    if (!isRequest(asked)) return undefined
    const fields = fieldsOf(asked.body)
    const text = (number: number) => fields.get(number)?.toString()
    const key = keys.get(text(KEY_ID) ?? '')
    if (!key) return undefined
    if (asked.headers['x-kms-apiname'] === 'GetPublicKey')
      return protobuf([key.alibabaId, key.publicKey, randomUUID()])
    const algorithm = ALIBABA_NAMES[key.algorithm]
    const right =
      text(ALGORITHM) === algorithm && text(MESSAGE_TYPE) === 'DIGEST' && fields.get(MESSAGE)?.equals(digest)
    return right ? protobuf([key.alibabaId, key.signature, randomUUID(), algorithm, 'DIGEST']) : undefined
  }
}

function isRequest({ method, url, headers }: Asked): boolean {
  return (
    method === 'POST' &&
    url === '/' &&
    ['Sign', 'GetPublicKey'].includes(String(headers['x-kms-apiname'])) &&
    headers['x-kms-apiversion'] === 'dkms-gcs-0.2' &&
    headers['content-sha256'] !== undefined &&
    headers.authorization?.startsWith('Bearer ') === true
  )
}

/** All fields of these messages are text or bytes. */
function fieldsOf(body: Buffer): ReadonlyMap<number, Buffer> {
  const fields = new Map<number, Buffer>()
  const reader = new BinaryReader(body)
  while (reader.pos < reader.len) {
    const [number] = reader.tag()
    fields.set(number, Buffer.from(reader.bytes()))
  }
  return fields
}

/** The fields of an answer, from the first one on. */
function protobuf(fields: readonly (string | Uint8Array)[]): Reply {
  const writer = new BinaryWriter()
  for (const [index, field] of fields.entries()) writer.tag(index + 1, 2).bytes(Buffer.from(field as string))
  return { status: 200, headers: { 'content-type': CONTENT_TYPE }, body: Buffer.from(writer.finish()) }
}
