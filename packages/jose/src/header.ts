import { X509Certificate } from 'node:crypto'
import { PublicKey, type PublicKeyInput, type Signer, SigningError } from '@signport/core'
import { oneOf, printable } from '@signport/core/kit'
import { joseName, joseNames } from './jose-name.js'
import { type JsonObject, type JsonValue, kindOf, readJsonObject } from './json-value.js'

/** What a caller wants in the headers of one signature. */
export interface HeaderOptions {
  readonly header?: unknown
  readonly unprotected?: unknown
  readonly kid?: unknown
  /** Whether the payload is encoded, which the header says if it is not (RFC 7797 section 3). */
  readonly encoded: boolean
}

/** A key that a header holds, and where. */
interface HeaderKey {
  readonly place: string
  readonly key: PublicKey
}

/** The headers of one signature, read; the key's name is known only later. */
export interface Headers {
  readonly unprotected: JsonObject
  /** Whether a name of the key stands in one of them. */
  readonly namesKey: boolean
  /** The keys that they hold: each must be the one that signs. */
  readonly keys: readonly HeaderKey[]
  /** @throws SigningError `InvalidArgument` where a header has another `kid` */
  protectedWith(kid: string): JsonObject
}

/** Parameters of RFC 7515, 7516 and 7518: what every implementation knows, `crit` may not name. */
const STANDARD = 'alg jku jwk kid x5u x5c x5t x5t#S256 typ cty crit enc zip epk apu apv iv tag p2s p2c'.split(
  ' ',
)

const TEXTS = ['kid', 'typ', 'cty', 'jku', 'x5u', 'x5t', 'x5t#S256']

/** What is worth nothing where anybody can change it. */
const PROTECTED_ALONE = ['alg', 'crit', 'b64']

const invalid = (message: string) => new SigningError('InvalidArgument', message)

/**
 * The headers for a signer (RFC 7515 section 4). In the protected one, `alg` comes first, then `kid`, the caller's in
 * their order, `b64` and `crit`.
 *
 * @throws TypeError for what is no object
 * @throws SigningError `UnsupportedAlgorithm` where JOSE has no name for the algorithm, `InvalidArgument` for parameters
 *   that cannot be
 */
export function readHeaders(signer: Signer, options: HeaderOptions): Headers {
  const alg = joseName(signer)
  const { header: given = {}, unprotected: beside = {} } = options
  const header = readJsonObject('header', given)
  const unprotected = readJsonObject('unprotected', beside)
  assertTypes('header', header)
  assertTypes('unprotected', unprotected)
  assertAlg(signer, header)
  assertB64(header)
  const { alg: chosen = alg, kid: _, crit: __, ...others } = header
  const crit = readCrit(header, options.encoded)
  const ownKid = readKidChoice(options.kid, header, unprotected)
  const names = ['alg', ...(ownKid ? ['kid'] : []), ...Object.keys(header)]
  assertDisjoint(names, unprotected)
  return {
    unprotected,
    namesKey: ownKid || 'kid' in unprotected,
    keys: [...keysIn('header', header), ...keysIn('unprotected', unprotected)],
    protectedWith(kid) {
      for (const [place, { kid: wanted }] of Object.entries({ header, unprotected }))
        if (wanted !== undefined && wanted !== kid) throw otherKid(place, kid)
      return {
        alg: chosen,
        ...(ownKid && { kid }),
        ...others,
        ...(!options.encoded && { b64: false }),
        ...(crit && { crit }),
      }
    },
  }
}

function assertTypes(place: string, header: JsonObject): void {
  for (const name of TEXTS) {
    const value = header[name]
    if (value === undefined || (typeof value === 'string' && value !== '')) continue
    throw invalid(`${place}.${name} must be text, not ${kindOf(value)}.`)
  }
  const { x5c } = header
  if (x5c === undefined) return
  if (Array.isArray(x5c) && x5c.length > 0 && x5c.every((each) => typeof each === 'string')) return
  throw invalid(`${place}.x5c must be a list of certificates in base64, the signer's first.`)
}

/** A name that a vendor has, or `none`, would be the name of another signature than the one that follows. */
function assertAlg(signer: Signer, { alg }: JsonObject): void {
  const names = joseNames(signer)
  if (alg === undefined || (typeof alg === 'string' && names.includes(alg))) return
  const came = typeof alg === 'string' && alg !== '' ? printable(alg, 40) : kindOf(alg)
  throw invalid(`header.alg comes from the signer: it is ${oneOf(names)}, not ${came}. Leave it out.`)
}

function assertB64(header: JsonObject): void {
  if (!('b64' in header)) return
  throw invalid('header.b64 is not given by itself: the option b64: false sets it, and crit with it.')
}

/** RFC 7515 section 4.1.11. */
function readCrit(header: JsonObject, encoded: boolean): readonly string[] | undefined {
  const { crit } = header
  if (crit === undefined) return encoded ? undefined : ['b64']
  if (!Array.isArray(crit) || crit.length === 0)
    throw invalid(`header.crit must be a list of names that is not empty, not ${kindOf(crit)}.`)
  crit.forEach((name: JsonValue, index) => {
    const place = `header.crit[${index}]`
    if (typeof name !== 'string' || name === '') throw invalid(`${place} must be text, not ${kindOf(name)}.`)
    const shown = printable(name, 40)
    if (crit.indexOf(name) !== index) throw invalid(`${place} names ${shown} a second time.`)
    if (name === 'b64') throw invalid(`${place} is b64, which the option b64: false adds.`)
    if (STANDARD.includes(name))
      throw invalid(`${place} is ${shown}, which no extension but a standard defines.`)
    if (!Object.hasOwn(header, name)) throw invalid(`${place} is ${shown}, which the header does not have.`)
  })
  return [...crit, ...(encoded ? [] : ['b64'])]
}

/** Whether the protected header has the key's name. */
function readKidChoice(choice: unknown, header: JsonObject, unprotected: JsonObject): boolean {
  if (choice !== undefined && choice !== false)
    throw invalid(
      `The option kid must be false or left out, not ${kindOf(choice)}: a key is named where its signer is configured, by kid.`,
    )
  if (choice === false && header.kid !== undefined)
    throw invalid('header.kid and the option kid: false exclude each other.')
  if (choice === undefined && unprotected.kid !== undefined)
    throw invalid(
      'kid stands in the protected header by itself: to have it in the unprotected one, take kid: false, too.',
    )
  return choice === undefined
}

/** RFC 7515 section 4: a name stands in one of the two. */
function assertDisjoint(names: readonly string[], unprotected: JsonObject): void {
  for (const name of Object.keys(unprotected)) {
    const shown = printable(name, 40)
    if (PROTECTED_ALONE.includes(name)) throw invalid(`unprotected.${shown} must be in the protected header.`)
    if (names.includes(name)) throw invalid(`${shown} stands in both headers: leave one of them out.`)
  }
}

function keysIn(place: string, { jwk, x5c }: JsonObject): HeaderKey[] {
  return [
    ...(jwk === undefined ? [] : [readJwk(`${place}.jwk`, jwk)]),
    ...(x5c === undefined ? [] : [readCertificates(`${place}.x5c`, x5c as readonly string[])]),
  ]
}

/** Read as a public key, which a private one is not. */
function readJwk(place: string, jwk: JsonValue): HeaderKey {
  try {
    return { place, key: PublicKey.from(readJsonObject(place, jwk) as unknown as PublicKeyInput) }
  } catch (error) {
    if (!SigningError.is(error)) throw invalid(`${place} must be a public key as a JWK, not ${kindOf(jwk)}.`)
    throw invalid(`${place}: ${error.message}`)
  }
}

/** The key of the first (RFC 7515 section 4.1.6); the others certify it. */
function readCertificates(place: string, x5c: readonly string[]): HeaderKey {
  const [first] = x5c.map((text, index) => readCertificate(`${place}[${index}]`, text))
  const own = `${place}[0]`
  try {
    const spki = (first as X509Certificate).publicKey.export({ type: 'spki', format: 'der' })
    return { place: own, key: PublicKey.from(spki) }
  } catch {
    throw invalid(`${own} certifies a key of a kind that does not sign here.`)
  }
}

function readCertificate(place: string, text: string): X509Certificate {
  const der = Buffer.from(text, 'base64')
  const certificate = der.toString('base64') === text ? parsedCertificate(der) : undefined
  if (certificate) return certificate
  throw invalid(`${place} must be a certificate: its DER in base64 with padding, without line breaks.`)
}

function parsedCertificate(der: Buffer): X509Certificate | undefined {
  try {
    const certificate = new X509Certificate(der)
    // PEM is taken, too, and more than one certificate after another.
    return certificate.raw.equals(der) ? certificate : undefined
  } catch {
    return undefined
  }
}

function otherKid(place: string, kid: string): SigningError {
  return invalid(
    `${place}.kid must be ${printable(kid)}, as the signer calls its key. Leave it out, or configure another kid with the signer.`,
  )
}
