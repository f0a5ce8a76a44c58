import { createECDH, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import { types } from 'node:util'
import { PublicKey, SigningError } from '@signport/core'
import { DerError, isMlDsa, isSm2Scalar, type MlDsaKind, mlDsaOfOid, typeName } from '@signport/core/kit'
import { malformed, mismatched, unusable } from './key-failure.js'
import { readMlDsaKey } from './ml-dsa-key.js'
import { exportPkcs8, type Pkcs8, readPkcs8, readScalar } from './pkcs8.js'
import { type LocalJwk, parseJwk, pkcs8OfJwk } from './private-jwk.js'
import { type PassphraseSource, pkcs8OfPem } from './private-pem.js'

/** A private key in memory: PEM (PKCS#8, SEC1, PKCS#1, encrypted too), a private JWK or its JSON, or a `KeyObject`. */
export type LocalKey = string | Uint8Array | LocalJwk | KeyObject

/** A private key with its public half, which was seen to belong to it. */
export interface PrivateKey {
  readonly publicKey: PublicKey
  /** For node:crypto; absent where it does not sign with this kind of key. */
  readonly keyObject?: KeyObject
  /** Whether node:crypto signs with a context of ML-DSA. */
  readonly takesContext?: boolean
  /** The expanded key of ML-DSA (FIPS 204 algorithm 24). */
  readonly expanded?: Uint8Array
}

/**
 * @throws SigningError `Configuration` for what is not one sound private key, `Unauthenticated` for a wrong passphrase,
 *   `UnsupportedAlgorithm` for an encrypted key of a kind that this version of Node does not have
 */
export async function readPrivateKey(
  input: LocalKey,
  keyId: string,
  passphrase?: PassphraseSource,
): Promise<PrivateKey> {
  const der = await pkcs8Of(input, keyId, passphrase)
  const key = await readDer(der, keyId)
  assertPair(key, keyId)
  return key
}

/** The key for node:crypto, where every key but those of ML-DSA has one. */
export function nativeOf({ keyObject, publicKey }: PrivateKey): KeyObject {
  if (keyObject) return keyObject
  throw new TypeError(`Node ${process.version} does not sign with a key of the kind ${publicKey.kind}.`)
}

async function readDer(der: Uint8Array, keyId: string): Promise<PrivateKey> {
  const { oid, privateKey } = readFrame(der, keyId)
  const mlDsa = mlDsaOfOid(oid)
  if (mlDsa) return readMlDsa(mlDsa, privateKey, der, keyId)
  const keyObject = nativeKey(der, keyId)
  return { keyObject, publicKey: publicHalf(keyObject, keyId) }
}

/** What is wrong with the public half is told as what is wrong with the key: there is no other in sight. */
function publicHalf(keyObject: KeyObject, keyId: string): PublicKey {
  try {
    return PublicKey.from(createPublicKey(keyObject))
  } catch (error) {
    if (!SigningError.is(error)) throw malformed(keyId)
    throw unusable(keyId, `has a public half that is refused: ${error.message.replace(/\.$/, '')}`)
  }
}

function readFrame(der: Uint8Array, keyId: string): Pkcs8 {
  try {
    return readPkcs8(der)
  } catch {
    throw malformed(keyId)
  }
}

async function readMlDsa(
  kind: MlDsaKind,
  choice: Uint8Array,
  der: Uint8Array,
  keyId: string,
): Promise<PrivateKey> {
  try {
    return await readMlDsaKey(kind, choice, der)
  } catch (error) {
    if (error instanceof DerError) throw unusable(keyId, `is malformed: ${error.message}`)
    throw error
  }
}

/** A key that was made by node:crypto, too, is read anew: only then does it sign SM2 and not ECDSA on its curve. */
function nativeKey(der: Uint8Array, keyId: string): KeyObject {
  try {
    return createPrivateKey({ key: Buffer.from(der), format: 'der', type: 'pkcs8' })
  } catch {
    throw malformed(keyId)
  }
}

/** Every form leads to PKCS#8, so that all are read alike. */
async function pkcs8Of(input: LocalKey, keyId: string, passphrase?: PassphraseSource): Promise<Uint8Array> {
  if (types.isUint8Array(input)) return pkcs8OfText(Buffer.from(input).toString('utf8'), keyId, passphrase)
  if (typeof input === 'string') return pkcs8OfText(input, keyId, passphrase)
  if (types.isKeyObject(input)) return pkcs8OfNodeKey(input, keyId)
  if (typeof input === 'object' && input !== null) return pkcs8OfJwk(input, keyId)
  throw new TypeError(`A key must be PEM, a JWK or a KeyObject, not ${typeName(input)}.`)
}

function pkcs8OfNodeKey(key: KeyObject, keyId: string): Uint8Array {
  if (key.type !== 'private') throw unusable(keyId, `holds a ${key.type} key, not a private one`)
  try {
    return exportPkcs8(key)
  } catch {
    throw unusable(keyId, 'is damaged: node:crypto cannot export it')
  }
}

function pkcs8OfText(text: string, keyId: string, passphrase?: PassphraseSource): Promise<Uint8Array> {
  return text.trimStart().startsWith('{')
    ? pkcs8OfJwk(parseJwk(text, keyId), keyId)
    : pkcs8OfPem(text, keyId, passphrase)
}

/** Signs once: a file whose halves do not belong together would otherwise give signatures that nobody can verify. */
function assertPair({ keyObject, publicKey }: PrivateKey, keyId: string): void {
  if (keyObject && publicKey.isNative && !isPair(keyObject, publicKey)) throw mismatched(keyId)
}

function isPair(keyObject: KeyObject, publicKey: PublicKey): boolean {
  const probe = Buffer.from('signport: do these two halves belong together?')
  const hash = probeHash(publicKey)
  try {
    if (!isInRange(keyObject, publicKey)) return false
    return verify(hash, probe, publicKey.toKeyObject(), sign(hash, probe, keyObject))
  } catch {
    // A number that is no private key: there is nothing that it could sign.
    return false
  }
}

/** OpenSSL reads numbers on a curve that are too large for it, and signs with some of them, which others then refuse. */
function isInRange(keyObject: KeyObject, publicKey: PublicKey): boolean {
  // OpenSSL takes n - 1 for a private key, and then never comes to the end of a signature.
  if (publicKey.kind === 'SM2') return isSm2Scalar(readScalar(keyObject))
  // Of the public half: to ask a private key with such a number for its details ends the process.
  const { namedCurve } = publicKey.toKeyObject().asymmetricKeyDetails ?? {}
  // Throws for zero, and for what is not less than the order.
  if (namedCurve) createECDH(namedCurve).setPrivateKey(readScalar(keyObject))
  return true
}

/** Any hash that the key permits will do. */
function probeHash({ kind, pss }: PublicKey): string | undefined {
  if (isMlDsa(kind) || kind === 'Ed25519') return undefined
  return kind === 'SM2' ? 'sm3' : (pss?.hash ?? 'sha256')
}
