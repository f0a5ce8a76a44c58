import { type ProviderPublicKey, type ProviderSignature, SigningError } from '@signport/core'
import { printable } from '@signport/core/kit'
import { assertSameKey } from './key-id.js'

/** What Sign answers. All of it is optional on the wire, and servers do leave parts out. */
export interface SignAnswer {
  readonly KeyId?: string | undefined
  readonly Signature?: Uint8Array | undefined
  readonly SigningAlgorithm?: string | undefined
}

/** What of GetPublicKey's answer is used. */
export interface KeyAnswer {
  readonly KeyId?: string | undefined
  readonly PublicKey?: Uint8Array | undefined
}

/** Whom an answer is from. */
export interface AnswerContext {
  readonly provider: string
  /** The key that was asked for. */
  readonly keyId: string
  readonly requestId?: string | undefined
}

/**
 * @throws SigningError `InvalidResponse` without a signature, although the service said that all went well;
 *   `KeyMismatch` when it is of another key
 */
export function readSignAnswer(
  { KeyId, Signature, SigningAlgorithm }: SignAnswer,
  context: AnswerContext,
): ProviderSignature {
  const bytes = present('Signature', Signature, context)
  assertSameKey(context.keyId, KeyId, context.provider)
  return {
    bytes,
    ...(KeyId !== undefined && { keyId: KeyId }),
    ...(SigningAlgorithm !== undefined && { wireName: SigningAlgorithm }),
    ...(context.requestId !== undefined && { requestId: context.requestId }),
  }
}

/**
 * @throws SigningError `InvalidResponse` without a key, although the service said that all went well; `KeyMismatch`
 *   when it is another key
 */
export function readKeyAnswer({ KeyId, PublicKey }: KeyAnswer, context: AnswerContext): ProviderPublicKey {
  const publicKey = present('PublicKey', PublicKey, context)
  assertSameKey(context.keyId, KeyId, context.provider)
  return { publicKey, ...(KeyId !== undefined && { keyId: KeyId }) }
}

function present(name: string, bytes: Uint8Array | undefined, context: AnswerContext): Uint8Array {
  if (bytes !== undefined && bytes.length > 0) return bytes
  const { provider, keyId, requestId } = context
  const message = `${provider} answered for the key ${printable(keyId)} without an error, but without ${name}.`
  throw new SigningError('InvalidResponse', message, {
    provider,
    keyId,
    ...(requestId !== undefined && { requestId }),
  })
}
