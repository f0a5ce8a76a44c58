import type { EcdsaEncoding } from './ecdsa-signature.js'
import { SigningError } from './error.js'
import { toLowS } from './low-s.js'
import type { ProviderInput, ProviderSignature, ProviderSignRequest } from './provider.js'
import type { PublicKey } from './public-key.js'
import type { MessageType, Signature } from './signature.js'
import { encodeSignature, encodingOf, readServiceSignature } from './signature-bytes.js'
import { printable } from './text.js'

/** A provider's answer with what it answers. */
export interface Answered {
  readonly request: ProviderSignRequest
  readonly answer: ProviderSignature
  readonly provider: string
  readonly encoding: EcdsaEncoding
  /** Whether the s of ECDSA is made the lower one of its two. */
  readonly lowS: boolean
  /** The key, if it cannot be another by now: it says how long an RSA signature is. */
  readonly key: PublicKey | undefined
}

export interface Finished {
  readonly signature: Signature
  /** The same bytes in the one layout of core, for the check before release. */
  readonly bytes: Uint8Array
}

const MESSAGE_TYPES: Record<ProviderInput['kind'], MessageType> = {
  raw: 'raw',
  stream: 'raw',
  digest: 'digest',
  'external-mu': 'external-mu',
}

/** What the service is told that it signs. */
export function messageTypeOf({ kind }: ProviderInput): MessageType {
  return MESSAGE_TYPES[kind]
}

/**
 * Makes a `Signature` of what a provider gave: the bytes normalized, form and length checked, and what the service
 * says it did compared with what it was asked for.
 *
 * @throws SigningError `InvalidResponse`
 */
export function finish(answered: Answered): Finished {
  const { request, answer, provider, encoding: asked, lowS } = answered
  const { algorithm, input } = request
  const messageType = messageTypeOf(input)
  assertEcho('algorithm', answer.wireName, request.wireName, answered)
  assertEcho('message type', answer.messageType, messageType, answered)
  const given = readGiven(answered)
  const bytes = lowS && algorithm.scheme === 'ecdsa' ? toLowS(algorithm, given) : given
  const encoding = encodingOf(algorithm, asked)
  const signature: Signature = {
    bytes: encodeSignature(algorithm, bytes, encoding),
    encoding,
    algorithm: algorithm.name,
    provider,
    keyId: answer.keyId ?? request.keyId,
    ...(answer.keyVersion !== undefined && { keyVersion: answer.keyVersion }),
    messageType,
    ...('digest' in input && { digest: new Uint8Array(input.digest) }),
    ...(answer.requestId !== undefined && { requestId: answer.requestId }),
  }
  return { signature, bytes }
}

function assertEcho(what: string, echoed: string | undefined, asked: string, answered: Answered): void {
  if (echoed === undefined || echoed === asked) return
  throw invalid(answered, `The service signed with the ${what} ${printable(echoed)} instead of ${asked}.`)
}

function readGiven(answered: Answered): Uint8Array {
  const { request, answer, key } = answered
  try {
    return readServiceSignature(request.algorithm, answer.bytes, answer.encoding, key)
  } catch (error) {
    throw SigningError.is(error, 'InvalidResponse') ? invalid(answered, error.message) : error
  }
}

function invalid({ request: { keyId }, answer: { requestId }, provider }: Answered, message: string) {
  const details = { provider, keyId, ...(requestId !== undefined && { requestId }) }
  return new SigningError('InvalidResponse', message, details)
}
