import {
  createHash,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  sign,
  timingSafeEqual,
  verify,
} from 'node:crypto'
import { PublicKey } from '@signport/core'
import {
  DerError,
  DerReader,
  equalBytes,
  loadMlDsa,
  ML_DSA,
  ML_DSA_SEED_BYTES,
  type MlDsaKind,
  spkiOfMlDsa,
  Tag,
} from '@signport/core/kit'
import type { PrivateKey } from './private-key.js'

type MlDsa = Awaited<ReturnType<typeof loadMlDsa>>

interface Pair {
  readonly publicKey: Uint8Array
  readonly secretKey: Uint8Array
}

/** Where the expanded key has tr, the hash of its public key (FIPS 204 algorithm 24). In bytes. */
const TR = { start: 64, end: 128 } as const

/**
 * An ML-DSA key in any of its three forms (RFC 9881 section 6): its seed, the expanded key, or both, which must agree.
 *
 * @param choice the content of the PKCS#8 key
 * @param pkcs8 all of it, for node:crypto
 * @throws DerError
 */
export async function readMlDsaKey(
  kind: MlDsaKind,
  choice: Uint8Array,
  pkcs8: Uint8Array,
): Promise<PrivateKey> {
  const { seed, expanded } = readChoice(choice)
  assertLength('seed', seed, ML_DSA_SEED_BYTES)
  assertLength('expanded key', expanded, ML_DSA[kind].expandedKeyBytes)
  const mlDsa = await loadMlDsa(kind)
  const pair = seed ? mlDsa.keygen(seed) : pairOf(expanded, mlDsa)
  if (expanded && !timingSafeEqual(expanded, pair.secretKey))
    throw new DerError('its seed and its expanded key do not agree')
  const keyObject = nativeSigner(pkcs8)
  return {
    publicKey: PublicKey.from(spkiOfMlDsa(kind, pair.publicKey)),
    expanded: pair.secretKey,
    ...(keyObject && { keyObject, takesContext: takesContext(keyObject) }),
  }
}

interface Choice {
  readonly seed?: Uint8Array
  readonly expanded?: Uint8Array
}

function readChoice(choice: Uint8Array): Choice {
  const reader = new DerReader(choice)
  if (choice[0] === Tag.contextZero) return { seed: lastOf(reader, Tag.contextZero) }
  if (choice[0] === Tag.octetString) return { expanded: lastOf(reader, Tag.octetString) }
  const both = new DerReader(lastOf(reader, Tag.sequence))
  return { seed: both.read(Tag.octetString), expanded: lastOf(both, Tag.octetString) }
}

function lastOf(reader: DerReader, tag: number): Uint8Array {
  const content = reader.read(tag)
  reader.end()
  return content
}

function assertLength(what: string, value: Uint8Array | undefined, bytes: number): void {
  if (value && value.length !== bytes)
    throw new DerError(`its ${what} has ${value.length} bytes instead of ${bytes}`)
}

/** An expanded key that comes without its seed: that its parts belong together must be seen from themselves. */
function pairOf(secretKey: Uint8Array | undefined, mlDsa: MlDsa): Pair {
  if (!secretKey) throw new DerError('it has neither a seed nor an expanded key')
  const pair = { secretKey, publicKey: publicKeyOf(secretKey, mlDsa) }
  const hashed = createHash('shake256', { outputLength: 64 }).update(pair.publicKey).digest()
  if (!equalBytes(hashed, secretKey.subarray(TR.start, TR.end)) || !signs(pair, mlDsa))
    throw new DerError('the parts of its expanded key do not belong together')
  return pair
}

function publicKeyOf(secretKey: Uint8Array, { getPublicKey }: MlDsa): Uint8Array {
  try {
    return getPublicKey(secretKey)
  } catch {
    throw new DerError('its expanded key has numbers that are out of range')
  }
}

function signs({ publicKey, secretKey }: Pair, { sign, verify }: MlDsa): boolean {
  const probe = Buffer.from('signport: do these parts belong together?')
  return verify(sign(probe, secretKey), probe, publicKey)
}

const PROBE = Buffer.from('signport: does this sign?')

/** The key for node:crypto where it signs with it: Node 24 does, 22 only reads it, 20 does not know it. */
function nativeSigner(pkcs8: Uint8Array): KeyObject | undefined {
  try {
    const key = createPrivateKey({ key: Buffer.from(pkcs8), format: 'der', type: 'pkcs8' })
    sign(undefined, PROBE, key)
    return key
  } catch {
    return undefined
  }
}

/** Whether node:crypto signs with a context. The versions that do not pass over it, and sign without. */
function takesContext(key: KeyObject): boolean {
  const withContext = { key, context: PROBE }
  return !verify(undefined, PROBE, createPublicKey(key), sign(undefined, PROBE, withContext))
}
