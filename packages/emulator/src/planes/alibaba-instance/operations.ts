import { create, type DescMessage, fromBinary, type MessageShape, toBinary } from '@bufbuild/protobuf'
import type { Message } from '../../crypto/key-pair.js'
import type { KeyVersion } from '../../keys/key-record.js'
import { AlibabaFailure } from '../alibaba/failure.js'
import { findKey, findVersion, type VisibleKey } from '../alibaba/find-key.js'
import { publicKeyPem } from '../alibaba/public-key.js'
import { DIGEST_BYTES, signingKey, signWith } from '../alibaba/signing-key.js'
import type { OperationContext } from '../context.js'
import {
  GetPublicKeyRequestSchema,
  GetPublicKeyResponseSchema,
  SignRequestSchema,
  SignResponseSchema,
  VerifyRequestSchema,
  VerifyResponseSchema,
} from './instance_pb.js'

/** What an operation gets besides the body. */
interface InstanceContext extends OperationContext {
  readonly requestId: string
  /** The version that a header names; undefined for the first one. */
  readonly versionId: string | undefined
}

/** What a request is answered with. */
export interface InstanceOutput {
  readonly body: Uint8Array
  readonly versionId: string
}

/** One operation: from the body of a request to that of its answer. */
export interface InstanceOperation {
  /** The key that a request names, for faults and for the log. @throws AlibabaFailure */
  keyId(body: Uint8Array): string
  run(body: Uint8Array, context: InstanceContext): Promise<InstanceOutput>
}

type Keyed<D extends DescMessage> = MessageShape<D> & { readonly keyId: string }

interface Target {
  readonly key: VisibleKey
  readonly version: KeyVersion
}

function operation<D extends DescMessage>(
  schema: D,
  answer: (request: Keyed<D>, target: Target, context: InstanceContext) => Promise<Uint8Array>,
): InstanceOperation {
  const read = (body: Uint8Array) => decode(schema, body) as Keyed<D>
  return {
    keyId: (body) => read(body).keyId,
    async run(body, context) {
      const request = read(body)
      const key = findKey(required('KeyId', request.keyId), context)
      const version = context.versionId === undefined ? key.versions[0] : findVersion(key, context.versionId)
      return { body: await answer(request, { key, version }, context), versionId: version.id }
    },
  }
}

function decode<D extends DescMessage>(schema: D, body: Uint8Array): MessageShape<D> {
  try {
    return fromBinary(schema, body)
  } catch {
    // What the library says might quote the message.
    throw new AlibabaFailure('InvalidParameter')
  }
}

/** In protobuf, what is empty is not there. */
function required<T extends { readonly length: number }>(name: string, value: T): T {
  if (value.length > 0) return value
  throw new AlibabaFailure('MissingParameter', `Parameter ${name} does not exist in http header or body.`)
}

const sign = operation(SignRequestSchema, async (request, target, context) => {
  const { key, signing, message } = prepare(request, target)
  const signature = await signWith(signing, message, key, context)
  return toBinary(
    SignResponseSchema,
    create(SignResponseSchema, { ...echo(target, signing.algorithmName, message, context), signature }),
  )
})

const verify = operation(VerifyRequestSchema, async (request, target, context) => {
  const { signing, message } = prepare(request, target)
  const signature = Buffer.from(required('Signature', request.signature))
  const value = await signing.pair.verify(signing.algorithm, message, signature)
  return toBinary(
    VerifyResponseSchema,
    create(VerifyResponseSchema, { ...echo(target, signing.algorithmName, message, context), value }),
  )
})

const getPublicKey = operation(GetPublicKeyRequestSchema, async (_request, { key, version }, context) => {
  const members = { keyId: key.id, publicKey: publicKeyPem(key, version), requestId: context.requestId }
  return toBinary(GetPublicKeyResponseSchema, create(GetPublicKeyResponseSchema, members))
})

interface Signable {
  readonly algorithm: string
  readonly message: Uint8Array
  readonly messageType: string
}

function prepare(request: Signable, { key, version }: Target) {
  const signing = signingKey(key, version, request.algorithm || undefined)
  return { key, signing, message: messageOf(request) }
}

function messageOf({ message, messageType }: Signable): Message {
  const type = messageType || 'RAW'
  if (type !== 'RAW' && type !== 'DIGEST')
    throw new AlibabaFailure(
      'InvalidParameter',
      'The specified parameter is not valid. MessageType should be RAW or DIGEST.',
    )
  const bytes = Buffer.from(required('Message', message))
  if (type === 'RAW' || bytes.length === DIGEST_BYTES) return { type, bytes }
  throw new AlibabaFailure(
    'InvalidParameter',
    `The specified parameter is not valid. A digest should have ${DIGEST_BYTES} bytes.`,
  )
}

function echo({ key }: Target, algorithm: string, { type }: Message, { requestId }: InstanceContext) {
  return { keyId: key.id, requestId, algorithm, messageType: type }
}

/** The operations that the emulator has, by the names that Alibaba Cloud gives them. */
export const OPERATIONS: ReadonlyMap<string, InstanceOperation> = new Map([
  ['GetPublicKey', getPublicKey],
  ['Sign', sign],
  ['Verify', verify],
])

/** The operations that an instance has besides, for an error that tells a gap from a mistyped name. */
export const OTHER_OPERATIONS: ReadonlySet<string> = new Set([
  'AdvanceDecrypt',
  'AdvanceEncrypt',
  'AdvanceGenerateDataKey',
  'Decrypt',
  'Encrypt',
  'GenerateDataKey',
  'GenerateRandom',
  'GetSecretValue',
  'Hash',
  'Hmac',
])
