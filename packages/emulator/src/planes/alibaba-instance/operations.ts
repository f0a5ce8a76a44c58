import { create, type DescMessage, fromBinary, type MessageShape, toBinary } from '@bufbuild/protobuf'
import type { KeyPair, Message } from '../../crypto/key-pair.js'
import type { KeyVersion } from '../../keys/key-record.js'
import { signatureOf } from '../../keys/signature.js'
import type { Signing } from '../../keys/signing.js'
import { AlibabaFailure } from '../alibaba/failure.js'
import { findKey, findVersion, type VisibleKey } from '../alibaba/find-key.js'
import { publicKeyPem, publishedPair } from '../alibaba/public-key.js'
import { DIGEST_BYTES, signingKey } from '../alibaba/signing-key.js'
import type { OperationContext, PlaneContext } from '../context.js'
import {
  GetPublicKeyRequestSchema,
  GetPublicKeyResponseSchema,
  SignRequestSchema,
  SignResponseSchema,
  VerifyRequestSchema,
  VerifyResponseSchema,
} from './instance_pb.js'

/** Where an operation looks for its key. */
export interface InstanceWhere extends PlaneContext {
  /** The version that a header names; undefined for the first one. */
  readonly versionId: string | undefined
}

/** What an operation gets besides the body. */
interface InstanceContext extends OperationContext, InstanceWhere {
  readonly requestId: string
}

/** What a request is answered with. */
export interface InstanceOutput {
  readonly body: Uint8Array
  readonly versionId: string
}

/** A request whose body has been read. */
export interface InstanceCall {
  /** The key as it is named; empty when it is not. */
  readonly keyId: string
  /** Algorithm, type of the message and message, as they are sent. */
  readonly asked: readonly (string | Uint8Array)[]
  /** What it would get a signature of; undefined where it would get none. @throws AlibabaFailure */
  signing(where: InstanceWhere): Signing | undefined
  /** The key pair whose public half it would get; undefined where it would get none. @throws AlibabaFailure */
  published(where: InstanceWhere): KeyPair | undefined
  run(context: InstanceContext): Promise<InstanceOutput>
}

/** One operation: reads the body of a request. @throws AlibabaFailure */
export type InstanceOperation = (body: Uint8Array) => InstanceCall

type Keyed<D extends DescMessage> = MessageShape<D> & { readonly keyId: string }

interface Target {
  readonly key: VisibleKey
  readonly version: KeyVersion
}

/** What makes an operation what it is. */
interface Parts<D extends DescMessage> {
  readonly answer: (request: Keyed<D>, target: Target, context: InstanceContext) => Promise<Uint8Array>
  readonly signing?: (request: Keyed<D>, target: Target) => Signing
  readonly published?: (target: Target) => KeyPair
}

function operation<D extends DescMessage>(
  schema: D,
  { answer, signing, published }: Parts<D>,
): InstanceOperation {
  return (body) => {
    const request = decode(schema, body) as Keyed<D>
    const { keyId, algorithm = '', messageType = '', message = '' } = request as Keyed<D> & Partial<Signable>
    return {
      keyId,
      asked: [algorithm, messageType, message],
      signing: (where) => signing?.(request, targetOf(keyId, where)),
      published: (where) => published?.(targetOf(keyId, where)),
      async run(context) {
        const target = targetOf(keyId, context)
        return { body: await answer(request, target, context), versionId: target.version.id }
      },
    }
  }
}

function targetOf(keyId: string, where: InstanceWhere): Target {
  const key = findKey(required('KeyId', keyId), where)
  const { versionId } = where
  return { key, version: versionId === undefined ? key.versions[0] : findVersion(key, versionId) }
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

const sign = operation(SignRequestSchema, {
  signing: prepare,
  async answer(request, target, context) {
    const signing = prepare(request, target)
    const signature = await signatureOf(signing, context)
    const members = { ...echo(target, signing, context), signature }
    return toBinary(SignResponseSchema, create(SignResponseSchema, members))
  },
})

const verify = operation(VerifyRequestSchema, {
  async answer(request, target, context) {
    const signing = prepare(request, target)
    const signature = Buffer.from(required('Signature', request.signature))
    const value = await signing.pair.verify(signing.algorithm, signing.message, signature)
    const members = { ...echo(target, signing, context), value }
    return toBinary(VerifyResponseSchema, create(VerifyResponseSchema, members))
  },
})

const getPublicKey = operation(GetPublicKeyRequestSchema, {
  published: ({ key, version }) => publishedPair(key, version),
  async answer(_request, { key, version }, context) {
    const publicKey = await publicKeyPem(key, version, context)
    const members = { keyId: key.id, publicKey, requestId: context.requestId }
    return toBinary(GetPublicKeyResponseSchema, create(GetPublicKeyResponseSchema, members))
  },
})

interface Signable {
  readonly algorithm: string
  readonly message: Uint8Array
  readonly messageType: string
}

interface Prepared extends Signing {
  /** As the protocol names it. */
  readonly algorithmName: string
}

function prepare(request: Signable, { key, version }: Target): Prepared {
  return { ...signingKey(key, version, request.algorithm || undefined), message: messageOf(request) }
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

function echo(
  { key }: Target,
  { algorithmName: algorithm, message: { type } }: Prepared,
  { requestId }: InstanceContext,
) {
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
  'AdvanceGenerateDataKeyPair',
  'AdvanceGenerateDataKeyPairWithoutPlaintext',
  'Decrypt',
  'Encrypt',
  'GenerateDataKey',
  'GenerateDataKeyPair',
  'GenerateDataKeyPairWithoutPlaintext',
  'GenerateRandom',
  'GetSecretValue',
  'Hash',
  'Hmac',
])
