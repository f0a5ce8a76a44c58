import { type ProviderPublicKey, type ProviderSignature, SigningError } from '@signport/core'
import { printable } from '@signport/core/kit'
import { assertSameKey, isKeyOfAws } from './key-id.js'
import { holdsSecret } from './redact.js'

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
  /** The algorithm that was asked for, as it is called on the wire. */
  readonly wireName?: string | undefined
  /** What was sent in confidence: a server may repeat it anywhere. Asked for only where it matters. */
  readonly secrets?: (() => readonly string[]) | undefined
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
  assertNames({ KeyId, SigningAlgorithm }, context)
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
  assertNames({ KeyId }, context)
  assertSameKey(context.keyId, KeyId, context.provider)
  return { publicKey, ...(KeyId !== undefined && { keyId: KeyId }) }
}

/** The longest KeyId of AWS's API; that of an algorithm is generous. Nothing else is shown to anybody. */
const KEY_ID = /^[\x21-\x7e]{1,2048}$/
const ALGORITHM = /^[A-Z0-9_]{1,64}$/i

/**
 * Checks that the names in an answer are names: they are shown in results and errors, and a server can put there
 * whatever it was sent.
 *
 * @throws SigningError `InvalidResponse`, which does not quote them
 */
export function assertNames(
  { KeyId, SigningAlgorithm }: Pick<SignAnswer, 'KeyId' | 'SigningAlgorithm'>,
  context: AnswerContext,
): void {
  const { keyId, wireName, secrets = () => [] } = context
  // What was asked for, and what has no place for a secret, needs no search.
  const isOpen = (name: string) => keyId.includes(name) || isKeyOfAws(name) || !holdsSecret(name, secrets())
  if (KeyId !== undefined && !(KEY_ID.test(KeyId) && isOpen(KeyId)))
    throw broken('with something else than the name of a key', context)
  if (SigningAlgorithm === undefined || SigningAlgorithm === wireName) return
  if (!ALGORITHM.test(SigningAlgorithm) || holdsSecret(SigningAlgorithm, secrets()))
    throw broken('with something else than the name of an algorithm', context)
}

function present(name: string, bytes: Uint8Array | undefined, context: AnswerContext): Uint8Array {
  if (bytes !== undefined && bytes.length > 0) return bytes
  throw broken(`without an error, but without ${name}`, context)
}

function broken(how: string, { provider, keyId, requestId }: AnswerContext): SigningError {
  const message = `${provider} answered for the key ${printable(keyId)} ${how}.`
  return new SigningError('InvalidResponse', message, {
    provider,
    keyId,
    ...(requestId !== undefined && { requestId }),
  })
}
