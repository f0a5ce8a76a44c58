import { type CallOptions, type Signer, type SignInput, SigningError } from '@signport/core'
import { oneOf, printable } from '@signport/core/kit'
import { withinDeadline } from './call-deadline.js'
import { isPlainObject, kindOf } from './json-value.js'
import { assertOptions } from './option-names.js'
import { type Payload, type PayloadForm, readPayload } from './payload.js'
import { makePart, type Part, readPart, type SignaturePart } from './signature-part.js'
import { sourceOf } from './stream-source.js'
import type { FlattenedJws, GeneralJws, JwsHeader } from './types.js'

/** What is signed how. `timeoutMs` is the time of all that one call does. */
export interface JwsOptions extends CallOptions {
  /** The protected header, besides `alg` and `kid`, which come from the signer. */
  readonly header?: JwsHeader
  /** What stands beside the signature and is not protected by it: in the JSON serializations alone. */
  readonly unprotected?: JwsHeader
  /** Whether the payload is left out of the result, for whoever has it already (RFC 7515 appendix F). */
  readonly detached?: boolean
  /** `false` signs the payload as it is instead of its base64url (RFC 7797), and says so in `crit`. */
  readonly b64?: false
  /** `false` leaves `kid` out of the protected header. */
  readonly kid?: false
  readonly serialization?: 'compact' | 'flattened' | 'general'
}

/** A signer and the headers of its signature, which stand in for those of the options. */
export interface JwsSigner extends Pick<JwsOptions, 'header' | 'unprotected' | 'kid'> {
  readonly signer: Signer
}

/** A compact JWS has no place for an unprotected header. */
type CompactOptions = JwsOptions & { readonly serialization?: 'compact'; readonly unprotected?: never }

/** What lacks its payload where that is detached. */
type Detachable<Jws extends { readonly payload: string }> = Omit<Jws, 'payload'> &
  Partial<Pick<Jws, 'payload'>>

/** Those that each signer may have for itself. */
const OWN_OPTIONS = ['header', 'unprotected', 'kid']
const OPTIONS = [...OWN_OPTIONS, 'detached', 'b64', 'serialization', 'signal', 'timeoutMs']
const SERIALIZATIONS = ['compact', 'flattened', 'general'] as const

/**
 * Signs a payload as JWS (RFC 7515), with the algorithm and the key of the signer; ECDSA signatures are r ‖ s. A stream
 * can be signed as a detached payload. Verifying is the part of a JOSE library.
 *
 * @returns the compact serialization, or the flattened or general one as an object where `serialization` asks for it
 * @throws TypeError for arguments of the wrong type
 * @throws SigningError `InvalidArgument` for headers and payloads that cannot be, before anything is signed;
 *   `UnsupportedAlgorithm` for what JOSE has no name for; and what the signer throws
 */
export function signJws(signer: Signer, payload: Uint8Array, options?: CompactOptions): Promise<string>
export function signJws(
  signer: Signer,
  payload: SignInput,
  options: CompactOptions & { readonly detached: true },
): Promise<string>
export function signJws(
  signer: Signer,
  payload: SignInput,
  options: JwsOptions & { readonly serialization: 'flattened'; readonly detached: true },
): Promise<Omit<FlattenedJws, 'payload'>>
export function signJws(
  signer: Signer,
  payload: Uint8Array,
  options: JwsOptions & { readonly serialization: 'flattened'; readonly detached?: false },
): Promise<FlattenedJws>
export function signJws(
  signers: readonly (Signer | JwsSigner)[],
  payload: SignInput,
  options: JwsOptions & { readonly serialization: 'general'; readonly detached: true },
): Promise<Omit<GeneralJws, 'payload'>>
export function signJws(
  signers: readonly (Signer | JwsSigner)[],
  payload: Uint8Array,
  options: JwsOptions & { readonly serialization: 'general'; readonly detached?: false },
): Promise<GeneralJws>
/** For options that are known only when it runs. */
export function signJws(
  signers: Signer | readonly (Signer | JwsSigner)[],
  payload: SignInput,
  options: JwsOptions,
): Promise<string | Detachable<FlattenedJws> | Detachable<GeneralJws>>
export async function signJws(
  signers: Signer | readonly (Signer | JwsSigner)[],
  payload: SignInput,
  options: JwsOptions = {},
): Promise<string | Detachable<FlattenedJws> | Detachable<GeneralJws>> {
  const source = isStream(payload) ? sourceOf(payload) : undefined
  try {
    return await signAll(signers, source?.stream ?? payload, options)
  } catch (error) {
    source?.release()
    throw error
  }
}

async function signAll(
  signers: unknown,
  payload: unknown,
  options: JwsOptions,
): Promise<string | Detachable<FlattenedJws> | Detachable<GeneralJws>> {
  const form = readForm(options)
  const parts = signersOf(signers, form).map((each) => partOf(each, form, options))
  const read = readPayload(payload, form)
  if (read.isStream && parts.length > 1)
    throw invalid('A stream can be read once, and so be signed by one signer alone: take bytes for several.')
  const { signal, timeoutMs } = options
  const calls = { ...(signal !== undefined && { signal }), ...(timeoutMs !== undefined && { timeoutMs }) }
  const sign = (bounds: CallOptions) => Promise.all(parts.map((part) => makePart(part, read, bounds)))
  // The time of a stream starts when it has been read, which the signer sees.
  const signatures = await (read.isStream ? sign(calls) : withinDeadline(calls, sign))
  return serialized(form, read, signatures)
}

const invalid = (message: string) => new SigningError('InvalidArgument', message)

/** Members that are absent stay so: JSON would have them as null, or not at all. */
function serialized(
  { serialization }: PayloadForm,
  { text }: Payload,
  signatures: SignaturePart[],
): string | Detachable<FlattenedJws> | Detachable<GeneralJws> {
  const payload = text === undefined ? {} : { payload: text }
  if (serialization === 'general') return { ...payload, signatures }
  const [one] = signatures as [SignaturePart]
  if (serialization === 'flattened') return { ...payload, ...one }
  return `${one.protected}.${text ?? ''}.${one.signature}`
}

function readForm(options: { readonly [Option in keyof JwsOptions]: unknown }): PayloadForm {
  assertOptions('signJws', options, OPTIONS)
  const { serialization = 'compact', detached = false, b64, unprotected } = options
  if (!SERIALIZATIONS.includes(serialization as 'compact')) throw unknownSerialization(serialization)
  if (typeof detached !== 'boolean')
    throw new TypeError(`The option detached must be a boolean, not ${kindOf(detached)}.`)
  if (b64 !== undefined && b64 !== false)
    throw invalid(`The option b64 must be false or left out, not ${kindOf(b64)}.`)
  if (unprotected !== undefined && serialization === 'compact')
    throw invalid('A compact JWS has no unprotected header: take serialization flattened or general.')
  return { serialization: serialization as 'compact', detached, encoded: b64 === undefined }
}

function unknownSerialization(serialization: unknown): SigningError {
  const came = typeof serialization === 'string' ? printable(serialization, 40) : kindOf(serialization)
  return invalid(`The option serialization must be ${oneOf(SERIALIZATIONS)}, not ${came}.`)
}

function signersOf(signers: unknown, { serialization }: PayloadForm): readonly unknown[] {
  if (serialization !== 'general') {
    if (!Array.isArray(signers)) return [signers]
    throw new TypeError(`Several signers make a general JWS: take serialization general, or one signer.`)
  }
  if (!Array.isArray(signers))
    throw new TypeError(`A general JWS is made by a list of signers, not ${kindOf(signers)}.`)
  if (signers.length === 0) throw invalid('A general JWS needs at least one signer.')
  return signers
}

/** Each signer may have its own headers; whether the payload is encoded must be the same for all (RFC 7797 section 3). */
function partOf(each: unknown, { serialization, encoded }: PayloadForm, options: JwsOptions): Part {
  if (!isJwsSigner(each)) return readPart(each, { ...headersOf(options), encoded })
  if (serialization !== 'general')
    throw new TypeError(
      'A signer with its own headers is one of a general JWS: take serialization general, or the options.',
    )
  const { signer, ...own } = each
  assertOptions('A signer of a general JWS', own, OWN_OPTIONS)
  return readPart(signer, { ...headersOf(options), ...headersOf(own), encoded })
}

/** What is undefined is not given, and stands in for nothing. */
function headersOf({ header, unprotected, kid }: Pick<JwsOptions, 'header' | 'unprotected' | 'kid'>) {
  return {
    ...(header !== undefined && { header }),
    ...(unprotected !== undefined && { unprotected }),
    ...(kid !== undefined && { kid }),
  }
}

const isJwsSigner = (each: unknown): each is JwsSigner => isPlainObject(each) && 'signer' in each

const isStream = (payload: unknown): payload is AsyncIterable<Uint8Array> =>
  typeof payload === 'object' && payload !== null && Symbol.asyncIterator in payload
