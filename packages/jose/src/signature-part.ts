import {
  type AlgorithmName,
  type CallOptions,
  isRotatingSigner,
  type Signer,
  SigningError,
} from '@signport/core'
import { printable } from '@signport/core/kit'
import { type HeaderOptions, type Headers, readHeaders } from './header.js'
import { type JsonObject, jsonText, kindOf } from './json-value.js'
import type { Payload } from './payload.js'
import { kidForSigning, kidOf } from './token-key.js'

/** One of the signatures to be made: what is known of it before anything is asked of a service. */
export interface Part {
  readonly signer: Signer
  /** As the header has it. */
  readonly algorithm: AlgorithmName
  readonly headers: Headers
}

/** One signature, made. */
export interface SignaturePart {
  readonly protected: string
  readonly header?: JsonObject
  readonly signature: string
}

/**
 * The signer of a rotation is asked for its key once: header and signature are of one.
 *
 * @throws TypeError for what is no signer
 * @throws SigningError as `readHeaders` does; `KeyUnavailable` of a rotation; `UnsupportedAlgorithm` for ML-DSA with a
 *   context
 */
export function readPart(signer: unknown, options: HeaderOptions): Part {
  assertSigner(signer)
  const one = isRotatingSigner(signer) ? signer.current() : signer
  assertKid(one)
  const { algorithm } = one
  const headers = readHeaders(one, options)
  assertNoContext(one)
  return { signer: one, algorithm, headers }
}

function assertSigner(value: unknown): asserts value is Signer {
  const { sign, publicKey, algorithm } = Object(value) as Partial<Signer>
  if (typeof sign === 'function' && typeof publicKey === 'function' && typeof algorithm === 'string') return
  throw new TypeError(`The signer must be a Signer, not ${kindOf(value)}.`)
}

/** A verifier compares it with that of a key set, which is text (RFC 7515 section 4.1.4). */
function assertKid({ kid }: { readonly kid?: unknown }): void {
  if (kid === undefined || (typeof kid === 'string' && kid !== '')) return
  throw new TypeError(`The signer's kid must be text, not ${kindOf(kid)}.`)
}

/** RFC 9964: the context of a signature must be empty. */
function assertNoContext({ parameters, algorithm, provider, keyId }: Signer): void {
  if (!parameters?.context?.length) return
  throw new SigningError(
    'UnsupportedAlgorithm',
    `JOSE has ${algorithm} with an empty context alone: take a signer without the parameter context.`,
    { provider, keyId },
  )
}

/**
 * Makes one signature, r ‖ s where it is one of ECDSA.
 *
 * @throws SigningError `SignatureCheckFailed` when another key came to have the name of this one meanwhile, twice
 */
export async function makePart(part: Part, payload: Payload, options: CallOptions): Promise<SignaturePart> {
  const first = await attempt(part, payload, options)
  if (first) return first
  const second = payload.isStream ? undefined : await attempt(part, payload, options)
  if (second) return second
  throw moved(part.signer, payload)
}

/** Undefined where the header names another key than the one that has signed. */
async function attempt(
  { signer, algorithm, headers }: Part,
  payload: Payload,
  options: CallOptions,
): Promise<SignaturePart | undefined> {
  const kid = headers.namesKey ? await kidForSigning(signer, options) : ''
  const header = headers.protectedWith(kid)
  await assertOwnKeys(signer, headers, options)
  const encoded = Buffer.from(jsonText(header)).toString('base64url')
  const signature = await signer.sign(payload.inputWith(encoded), { ...options, encoding: 'ieee-p1363' })
  if (signature.algorithm !== algorithm) throw otherAlgorithm(signer, algorithm)
  if (headers.namesKey && (await kidOf(signer, options)) !== kid) return undefined
  await assertOwnKeys(signer, headers, options)
  const { unprotected } = headers
  return {
    protected: encoded,
    ...(Object.keys(unprotected).length > 0 && { header: unprotected }),
    signature: Buffer.from(signature.bytes).toString('base64url'),
  }
}

/** RFC 7515 sections 4.1.3 and 4.1.6: a key in a header is the one that signs. */
async function assertOwnKeys(signer: Signer, { keys }: Headers, options: CallOptions): Promise<void> {
  for (const { place, key } of keys) {
    const own = await signer.publicKey(options)
    if (key.equals(own)) continue
    throw new SigningError(
      'InvalidArgument',
      `${place} is not the key that signs, whose thumbprint is ${own.thumbprint}.`,
      { provider: signer.provider, keyId: signer.keyId },
    )
  }
}

/** What stands in for other signers gave the algorithm of one and the signature of another. */
function otherAlgorithm({ provider, keyId }: Signer, algorithm: AlgorithmName): SigningError {
  return new SigningError(
    'SignatureCheckFailed',
    `The signer came to be one of another algorithm while it signed, and the header says ${algorithm}: sign again.`,
    { provider, keyId, retryable: true },
  )
}

function moved({ provider, keyId }: Signer, payload: Payload): SigningError {
  const again = payload.isStream ? 'and a stream cannot be read again' : 'twice'
  return new SigningError(
    'SignatureCheckFailed',
    `${printable(keyId)} came to be another key while it signed, ${again}: the header would name the wrong one. Sign again, pin the key, or configure its kid.`,
    { provider, keyId, retryable: true },
  )
}
