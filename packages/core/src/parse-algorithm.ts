import { type Algorithm, algorithms } from './algorithm.js'
import {
  algorithmNames,
  modulusBitsNamed,
  plainName,
  rowsNamed,
  type WebCryptoAlgorithm,
} from './algorithm-names.js'
import { SigningError } from './error.js'
import { algorithmsFor, assertKeyFits, keyFits } from './key-fit.js'
import { PublicKey, type PublicKeyInput } from './public-key.js'
import { oneOf, printable, typeName } from './text.js'

/**
 * An algorithm by any of its names: a text, or an object as WebCrypto takes it or as `CryptoKey.algorithm` is one.
 * Members that say nothing about the algorithm are passed over.
 */
export type AlgorithmInput =
  | string
  | (Omit<WebCryptoAlgorithm, 'hash'> & {
      readonly hash?: string | { readonly name: string }
      /** In bits. */
      readonly modulusLength?: number
    })

/** What helps to understand a name. */
export interface ParseAlgorithmOptions {
  /** Decides where a name leaves the curve or the parameter set open, as AWS's `ECDSA_SHA_256` does. */
  readonly publicKey?: PublicKeyInput
}

/**
 * The row for a name: the canonical one, or what AWS, Alibaba, Google, Azure, Java, WebCrypto or RFC 9421 call it, in
 * any case and with `-`, `_` or neither. `EdDSA` is Ed25519.
 *
 * @throws TypeError for what is neither a text nor an object with a name
 * @throws SigningError `UnknownAlgorithm`, with the names there are, or with the candidates where a name leaves open
 *   which of them is meant; `InvalidKeyUsage` when the key fits none of them, or has not the size that the name says
 */
export function parseAlgorithm(name: AlgorithmInput, { publicKey }: ParseAlgorithmOptions = {}): Algorithm {
  return resolveAlgorithm(name, publicKey === undefined ? undefined : PublicKey.from(publicKey))
}

/**
 * The rows that a name may mean: one, or several where it leaves the curve or the parameter set open and the key has
 * to decide.
 *
 * @throws TypeError and SigningError `UnknownAlgorithm` as `parseAlgorithm` does for a name that nobody has
 */
export function candidateAlgorithms(name: AlgorithmInput): readonly Algorithm[] {
  const asked = askedFor(name)
  if (asked.rows.length === 0) throw unknown(asked)
  return asked.rows
}

/** The same as `parseAlgorithm`; `keyName` is what messages call the key. */
export function resolveAlgorithm(
  name: AlgorithmInput,
  key: PublicKey | undefined,
  keyName = 'the public key',
): Algorithm {
  const asked = askedFor(name)
  const [row, ...others] = asked.rows
  if (!row) throw unknown(asked)
  if (key && others.length === 0) assertKeyFits(row, key, keyName)
  if (key) assertSize(asked, key, keyName)
  return others.length === 0 ? row : oneOfSeveral(asked, key, keyName)
}

/** The row among the candidates that the key decides for. */
function oneOfSeveral(asked: Asked, key: PublicKey | undefined, keyName: string): Algorithm {
  if (!key) throw ambiguous(asked, asked.rows, 'name one of them, or give the public key')
  const fitting = asked.rows.filter((row) => keyFits(row, key))
  const [row, ...others] = fitting
  if (!row) throw misfit(asked, key, keyName)
  if (others.length > 0) throw ambiguous(asked, fitting, 'name one of them')
  return row
}

/** What somebody asked for, and the rows that it may mean. */
interface Asked {
  readonly shown: string
  readonly rows: readonly Algorithm[]
  /** The size of the RSA key, where it is named. */
  readonly modulusBits: number | undefined
}

function askedFor(name: AlgorithmInput): Asked {
  return typeof name === 'string' ? askedByName(name) : askedAsWebCrypto(name)
}

function askedByName(name: string): Asked {
  return { shown: name, rows: rowsNamed(name), modulusBits: modulusBitsNamed(name) }
}

/** The rows that have all that the object says; it may leave out what its key would say. */
function askedAsWebCrypto(object: unknown): Asked {
  const { modulusLength, ...given } = readWebCrypto(object)
  const rows = algorithms.filter((row) => algorithmNames(row).webcrypto.some((known) => agrees(given, known)))
  return { shown: JSON.stringify(given), rows, modulusBits: modulusLength }
}

type Given = { readonly [Member in keyof WebCryptoAlgorithm]: WebCryptoAlgorithm[Member] | undefined }

/** Each member is read once: what was checked is what is used. */
function readWebCrypto(object: unknown): Given & { readonly modulusLength: number | undefined } {
  if (typeof object !== 'object' || object === null)
    throw new TypeError(`The algorithm must be a string such as 'ES256', not ${typeName(object)}.`)
  const { name, hash, namedCurve, saltLength, modulusLength, context } = object as Record<string, unknown>
  if (context !== undefined)
    throw new SigningError('InvalidArgument', 'Give the context by itself: it is no part of the algorithm.')
  return {
    name: text('name', name),
    hash: hash === undefined ? hash : text('hash', nameOf(hash)),
    namedCurve: namedCurve === undefined ? namedCurve : text('namedCurve', namedCurve),
    saltLength: saltLength === undefined ? saltLength : number('saltLength', saltLength),
    modulusLength: modulusLength === undefined ? modulusLength : number('modulusLength', modulusLength),
  }
}

const nameOf = (hash: unknown): unknown =>
  typeof hash === 'object' && hash !== null ? (hash as { readonly name?: unknown }).name : hash

function text(member: string, value: unknown): string {
  if (typeof value === 'string') return value
  throw new TypeError(`The member ${member} of an algorithm must be a string, not ${typeName(value)}.`)
}

function number(member: string, value: unknown): number {
  if (typeof value === 'number') return value
  throw new TypeError(`The member ${member} of an algorithm must be a number, not ${typeName(value)}.`)
}

function agrees(given: Given, known: WebCryptoAlgorithm): boolean {
  const { name, hash = known.hash, namedCurve = known.namedCurve, saltLength = known.saltLength } = given
  return (
    same(name, known.name) &&
    same(hash, known.hash) &&
    same(namedCurve, known.namedCurve) &&
    saltLength === known.saltLength
  )
}

const same = (one: string | undefined, other: string | undefined) =>
  one === other || (one !== undefined && other !== undefined && plainName(one) === plainName(other))

const namesOf = (rows: readonly Algorithm[]) => oneOf(rows.map(({ name }) => name))

function unknown({ shown }: Asked): SigningError {
  const message = `Unknown algorithm '${printable(shown)}'. Use ${namesOf(algorithms)}.`
  return new SigningError('UnknownAlgorithm', message)
}

function ambiguous({ shown }: Asked, rows: readonly Algorithm[], remedy: string): SigningError {
  const message = `'${printable(shown)}' may mean ${namesOf(rows)}: ${remedy}.`
  return new SigningError('UnknownAlgorithm', message)
}

function misfit({ shown, rows }: Asked, key: PublicKey, keyName: string): SigningError {
  const possible = namesOf(algorithmsFor(key)) || 'no algorithm there is'
  const message = `'${printable(shown)}' may mean ${namesOf(rows)}, but ${keyName} can be used for ${possible}.`
  return new SigningError('InvalidKeyUsage', message)
}

/** A name that says how large the key is does not stand for a key of another size. */
function assertSize(
  { shown, modulusBits }: Asked,
  { modulusBits: actual }: PublicKey,
  keyName: string,
): void {
  if (modulusBits === undefined || modulusBits === actual) return
  const message = `'${printable(shown)}' is for RSA keys of ${modulusBits} bits, but ${keyName} has ${actual}.`
  throw new SigningError('InvalidKeyUsage', message)
}
