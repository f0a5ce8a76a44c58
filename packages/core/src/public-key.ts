import { createHash, type JsonWebKey, type KeyObject } from 'node:crypto'
import { types } from 'node:util'
import type { KeyKind } from './algorithm.js'
import { assertBytes } from './bytes.js'
import { Tag } from './der.js'
import { SigningError } from './error.js'
import { exportSpki, type PublicJwk, readJwk } from './jwk.js'
import { type PssRestriction, pssRestriction, readKeyKind } from './key-kind.js'
import { isMlDsa } from './ml-dsa.js'
import { encodePem, readPem } from './pem.js'
import { rsaFromSpki } from './rsa-key.js'
import { readSpki, type Spki } from './spki.js'
import { typeName } from './text.js'

/**
 * SPKI as DER or PEM, a JWK (an object or its JSON), PKCS#1 as PEM, or a `KeyObject` of node:crypto.
 * `JsonWebKey` is the type that node:crypto gives its JWKs.
 */
export type PublicKeyInput = Uint8Array | string | PublicJwk | JsonWebKey | KeyObject | PublicKey

/**
 * A public key that Signport accepts for verification: RSA of 2048 to 8192 bits with an odd exponent of at least 3,
 * or a point on one of the curves of the algorithm table.
 */
export class PublicKey {
  readonly kind: KeyKind
  /** The length of the RSA modulus, in bits. */
  readonly modulusBits?: number
  /** What an id-RSASSA-PSS key (RFC 4055 section 3.1) permits; absent for a key without restrictions. */
  readonly pss?: PssRestriction
  readonly #spki: Uint8Array
  readonly #raw: Uint8Array
  readonly #keyObject: KeyObject | undefined
  #jwk?: PublicJwk

  private constructor(spki: Spki) {
    const { kind, modulusBits, pss } = keyFacts(spki)
    this.kind = kind
    if (modulusBits !== undefined) this.modulusBits = modulusBits
    if (pss) this.pss = pss
    this.#keyObject = spki.keyObject
    this.#spki = spki.der
    this.#raw = spki.raw
  }

  /**
   * Reads a public key in any of its usual forms; bytes may be DER, PEM or the JSON of a JWK.
   *
   * @throws TypeError for a value that is none of these
   * @throws SigningError `InvalidArgument` for what is malformed, private, too weak or of an unknown kind
   */
  static from(input: PublicKeyInput): PublicKey {
    return publicKeyOf(input)
  }

  /** SubjectPublicKeyInfo (RFC 5280 section 4.1.2.7), DER. */
  toSpki(): Uint8Array {
    return Uint8Array.from(this.#spki)
  }

  /** SubjectPublicKeyInfo as PEM, `-----BEGIN PUBLIC KEY-----`, with a newline at its end. */
  toPem(): string {
    return encodePem('PUBLIC KEY', this.#spki)
  }

  /**
   * The key inside the SPKI, as its kind of key is written: 04 ‖ x ‖ y for a curve (SEC 1 section 2.3.3), the 32 bytes
   * of Ed25519 (RFC 8032 section 5.1.5), pk of ML-DSA (FIPS 204 algorithm 22), RSAPublicKey (RFC 8017 appendix A.1.1).
   */
  toRaw(): Uint8Array {
    return Uint8Array.from(this.#raw)
  }

  /**
   * The JWK (RFC 7517) with its thumbprint as `kid`.
   *
   * @throws SigningError `UnsupportedAlgorithm` for SM2, which has none
   */
  toJwk(): PublicJwk & { kid: string } {
    return { ...this.#publicJwk(), kid: this.thumbprint }
  }

  /**
   * The key as node:crypto takes it.
   *
   * @throws SigningError `UnsupportedAlgorithm` where this version of Node does not know the kind of key: ML-DSA on 20
   */
  toKeyObject(): KeyObject {
    if (this.#keyObject) return this.#keyObject
    throw new SigningError(
      'UnsupportedAlgorithm',
      `Node ${process.version} has no keys of the kind ${this.kind}.`,
    )
  }

  /** Whether `toKeyObject` gives a key. */
  get isNative(): boolean {
    return this.#keyObject !== undefined
  }

  /**
   * The name that the key has everywhere, base64url: its JWK thumbprint with SHA-256 (RFC 7638), and the SHA-256 of
   * its SPKI where the kind of key has no JWK (SM2).
   */
  get thumbprint(): string {
    if (this.kind === 'SM2') return createHash('sha256').update(this.#spki).digest('base64url')
    // RFC 7638 section 3.2: the required members alone, in lexicographic order, without white space.
    const required = Object.entries(this.#publicJwk()).sort(([a], [b]) => (a < b ? -1 : 1))
    return createHash('sha256')
      .update(JSON.stringify(Object.fromEntries(required)))
      .digest('base64url')
  }

  /** `sha256:` and the hexadecimal SHA-256 of the SPKI, as `openssl pkey -pubin -outform DER | sha256sum` prints it. */
  get fingerprint(): string {
    return `sha256:${createHash('sha256').update(this.#spki).digest('hex')}`
  }

  /** Whether both are the same key, in whatever form each was read. */
  equals(other: PublicKey): boolean {
    return this.thumbprint === other.thumbprint
  }

  #publicJwk(): PublicJwk {
    this.#jwk ??= jwkOf(this)
    return this.#jwk
  }
}

function keyFacts({ kind, keyObject }: Spki): {
  kind: KeyKind
  modulusBits?: number
  pss?: PssRestriction | undefined
} {
  if (kind) return { kind }
  if (!keyObject) throw new TypeError('A key that node:crypto does not know must say its kind.')
  return { ...readKeyKind(keyObject), pss: pssRestriction(keyObject) }
}

/** Not within the class: where it names itself there, a bundler gives it another name. */
function publicKeyOf(input: PublicKeyInput): PublicKey {
  if (input instanceof PublicKey) return input
  return Reflect.construct(PublicKey, [readSpki(spkiOf(input))])
}

function jwkOf(key: PublicKey): PublicJwk {
  if (isMlDsa(key.kind))
    return { kty: 'AKP', alg: key.kind, pub: Buffer.from(key.toRaw()).toString('base64url') }
  if (key.kind === 'SM2')
    throw new SigningError('UnsupportedAlgorithm', 'SM2 keys have no JWK: use PEM or SPKI.')
  // node:crypto exports no JWK of an id-RSASSA-PSS key, whose numbers are those of any RSA key.
  const plain = key.pss ? rsaFromSpki(key.toSpki()) : key.toKeyObject()
  return plain.export({ format: 'jwk' }) as PublicJwk
}

/** Every form leads to SPKI, so that all are held to the same rules. */
function spkiOf(input: Exclude<PublicKeyInput, PublicKey>): Uint8Array {
  if (typeof input === 'string') return spkiOfText(input)
  if (types.isUint8Array(input)) return spkiOfBytes(input)
  if (types.isKeyObject(input)) return spkiOfNodeKey(input)
  if (typeof input === 'object' && input !== null) return readJwk(input)
  throw new TypeError(`A public key must be DER, PEM, a JWK or a KeyObject, not ${typeName(input)}.`)
}

function spkiOfNodeKey(key: KeyObject): Uint8Array {
  if (key.type === 'public') return exportSpki(key)
  throw new SigningError(
    'InvalidArgument',
    `Expected a public key, but this KeyObject holds a ${key.type} one.`,
  )
}

function spkiOfBytes(bytes: Uint8Array): Uint8Array {
  assertBytes(bytes, 'The public key')
  // Neither PEM nor JSON begins with the tag of a sequence, which is the character `0`.
  return bytes[0] === Tag.sequence ? bytes : spkiOfText(Buffer.from(bytes).toString('utf8'))
}

function spkiOfText(text: string): Uint8Array {
  return text.trimStart().startsWith('{') ? readJwk(parseJson(text)) : readPem(text)
}

function parseJson(text: string): object {
  try {
    return JSON.parse(text) as object
  } catch {
    throw new SigningError('InvalidArgument', 'The public key looks like a JWK, but it is not valid JSON.')
  }
}
