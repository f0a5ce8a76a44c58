import type { Algorithm, ProviderInput, ProviderKeyRequest, ProviderSignRequest } from '@signport/core'
import type { GrantTokens } from './grant-tokens.js'

/** `MessageType` of the protocol. */
export type WireMessageType = 'RAW' | 'DIGEST' | 'EXTERNAL_MU'

/** What Sign is told; `Message` goes over the wire as base64. */
export interface SignParameters {
  readonly KeyId: string
  readonly Message: Uint8Array
  readonly MessageType: WireMessageType
  readonly SigningAlgorithm: string
  readonly GrantTokens?: string[]
  readonly DryRun?: true
}

/** What GetPublicKey is told. */
export interface KeyParameters {
  readonly KeyId: string
  readonly GrantTokens?: string[]
}

/** Sign's parameters. The message type is always said: left out, a digest would be hashed once more. */
export function signParameters(
  { keyId, wireName, input }: ProviderSignRequest,
  grantTokens?: GrantTokens,
): SignParameters {
  return {
    KeyId: keyId,
    ...messageOf(input),
    SigningAlgorithm: wireName,
    ...(grantTokens && { GrantTokens: [...grantTokens] }),
  }
}

function messageOf(input: ProviderInput): Pick<SignParameters, 'Message' | 'MessageType'> {
  if (input.kind === 'raw') return { Message: input.message, MessageType: 'RAW' }
  if (input.kind === 'digest') return { Message: input.digest, MessageType: 'DIGEST' }
  if (input.kind === 'external-mu') return { Message: input.digest, MessageType: 'EXTERNAL_MU' }
  throw new TypeError('The protocol takes no streams.')
}

/** GetPublicKey's parameters. */
export function keyParameters({ keyId }: ProviderKeyRequest, grantTokens?: GrantTokens): KeyParameters {
  return { KeyId: keyId, ...(grantTokens && { GrantTokens: [...grantTokens] }) }
}

/** Sign's parameters for a question instead of a signature: would it sign zeros now? */
export function probeParameters(
  keyId: string,
  algorithm: Algorithm,
  wireName: string,
  grantTokens?: GrantTokens,
): SignParameters {
  const request = { keyId, algorithm, wireName, input: zerosFor(algorithm), parameters: {}, pinned: false }
  return { ...signParameters(request, grantTokens), DryRun: true }
}

function zerosFor({ digest }: Algorithm): ProviderInput {
  if (!digest) return { kind: 'raw', message: new Uint8Array(1) }
  const kind = digest.kind === 'ml-dsa-mu' ? 'external-mu' : 'digest'
  return { kind, digest: new Uint8Array(digest.bytes) }
}
