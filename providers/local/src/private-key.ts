import { createPrivateKey, createPublicKey, type JsonWebKey, type KeyObject, sign, verify } from 'node:crypto'
import { types } from 'node:util'
import { PublicKey, SigningError } from '@signport/core'
import { pemLabels, printable, rsaFromPkcs8, typeName } from '@signport/core/kit'

/** A private key in memory: PEM (PKCS#8, SEC1, PKCS#1, encrypted too), a private JWK or its JSON, or a `KeyObject`. */
export type LocalKey = string | Uint8Array | JsonWebKey | KeyObject

/** Gives the passphrase of an encrypted key when one is met; `keyId` is the key as it is configured. */
export type PassphraseSource = (keyId: string) => Promise<string> | string

/** A private key with its public half, which was seen to belong to it. */
export interface PrivateKey {
  readonly keyObject: KeyObject
  readonly publicKey: PublicKey
}

/** @throws SigningError `Configuration` for what is not one sound private key, `Unauthenticated` for a wrong passphrase */
export async function readPrivateKey(
  input: LocalKey,
  keyId: string,
  passphrase?: PassphraseSource,
): Promise<PrivateKey> {
  const keyObject = await keyObjectOf(input, keyId, passphrase)
  if (keyObject.type !== 'private') throw unusable(keyId, `holds a ${keyObject.type} key, not a private one`)
  const publicKey = PublicKey.from(createPublicKey(keyObject))
  assertPair(keyObject, publicKey, keyId)
  return { keyObject, publicKey }
}

/** The key for RSA operations that node:crypto refuses to an id-RSASSA-PSS key; every other key as it is. */
export function plainKey({ keyObject, publicKey }: PrivateKey): KeyObject {
  return publicKey.pss ? rsaFromPkcs8(keyObject.export({ type: 'pkcs8', format: 'der' })) : keyObject
}

async function keyObjectOf(
  input: LocalKey,
  keyId: string,
  passphrase?: PassphraseSource,
): Promise<KeyObject> {
  if (types.isKeyObject(input)) return input
  if (types.isUint8Array(input)) return keyObjectOf(Buffer.from(input).toString('utf8'), keyId, passphrase)
  if (typeof input === 'object' && input !== null) return readJwk(input, keyId)
  if (typeof input !== 'string')
    throw new TypeError(`A key must be PEM, a JWK or a KeyObject, not ${typeName(input)}.`)
  return input.trimStart().startsWith('{')
    ? readJwk(parseJson(input, keyId), keyId)
    : readPem(input, keyId, passphrase)
}

function parseJson(text: string, keyId: string): JsonWebKey {
  try {
    return JSON.parse(text) as JsonWebKey
  } catch {
    // Without the cause: V8 quotes the text in it, which may be half of a private key.
    throw unusable(keyId, 'looks like a JWK, but it is not valid JSON')
  }
}

function readJwk(jwk: JsonWebKey, keyId: string): KeyObject {
  if (!jwk.d) throw unusable(keyId, `is a JWK without 'd', so it is not a private key`)
  try {
    return createPrivateKey({ key: jwk, format: 'jwk' })
  } catch {
    throw unusable(keyId, 'is not a JWK of a private key that can be read: check kty, crv and its members')
  }
}

async function readPem(text: string, keyId: string, passphrase?: PassphraseSource): Promise<KeyObject> {
  const block = privateBlock(text, keyId)
  if (isEncrypted(block)) return decrypt(block, keyId, await askPassphrase(keyId, passphrase))
  try {
    return createPrivateKey({ key: block, format: 'pem' })
  } catch {
    throw unusable(keyId, 'is malformed: its PEM cannot be decoded to a private key')
  }
}

/** The one private key of a PEM text; what stands beside it (EC PARAMETERS, a certificate) is no concern of ours. */
function privateBlock(text: string, keyId: string): string {
  const labels = pemLabels(text)
  const mine = labels.filter((label) => label.endsWith('PRIVATE KEY'))
  const [label] = mine
  if (label === undefined)
    throw unusable(
      keyId,
      `holds no private key${labels.length > 0 ? `, but ${printable(labels.join(', '))}` : ''}`,
    )
  if (mine.length > 1)
    throw unusable(
      keyId,
      `holds ${mine.length} private keys: which one is meant? Put each in a file of its own`,
    )
  if (label === 'OPENSSH PRIVATE KEY')
    throw unusable(keyId, 'is in the format of OpenSSH: ssh-keygen -p -m PKCS8 -f FILE converts it')
  const start = text.indexOf(`-----BEGIN ${label}-----`)
  const end = `-----END ${label}-----`
  const stop = text.indexOf(end, start)
  if (stop < 0) throw unusable(keyId, `is cut short: it has no line '${end}'`)
  return `${text.slice(start, stop + end.length)}\n`
}

/** PKCS#8 says so in its label (RFC 7468 section 11), the older forms in a header (RFC 1421 section 4.6.1.1). */
function isEncrypted(block: string): boolean {
  return block.startsWith('-----BEGIN ENCRYPTED') || block.includes('Proc-Type: 4,ENCRYPTED')
}

async function askPassphrase(keyId: string, source?: PassphraseSource): Promise<string> {
  const passphrase = await source?.(keyId)
  if (passphrase) return passphrase
  throw unusable(
    keyId,
    'is encrypted, and no passphrase was given: name its variable with passphraseEnv or its file with passphraseFile',
  )
}

function decrypt(block: string, keyId: string, passphrase: string): KeyObject {
  try {
    return createPrivateKey({ key: block, format: 'pem', passphrase })
  } catch {
    const message = `The passphrase does not open the key ${printable(keyId)}: it is wrong, or the file is damaged.`
    throw new SigningError('Unauthenticated', message, { provider: 'local', keyId })
  }
}

/** Signs once: a file whose halves do not belong together would otherwise give signatures that nobody can verify. */
function assertPair(keyObject: KeyObject, publicKey: PublicKey, keyId: string): void {
  const probe = Buffer.from('signport: do these two halves belong together?')
  const { pss, kind } = publicKey
  const hash = kind === 'Ed25519' ? undefined : (pss?.hash ?? 'sha256')
  if (verify(hash, probe, publicKey.toKeyObject(), sign(hash, probe, keyObject))) return
  throw unusable(keyId, 'is damaged: its private and its public half do not belong together')
}

function unusable(keyId: string, why: string): SigningError {
  return new SigningError('Configuration', `The key ${printable(keyId)} ${why}.`, {
    provider: 'local',
    keyId,
  })
}
