import { createPrivateKey, type KeyObject, randomBytes, timingSafeEqual } from 'node:crypto'
import { ml_dsa44, ml_dsa65, ml_dsa87 } from '@noble/post-quantum/ml-dsa.js'
import { element, Tag, take, takeLast } from './der.js'
import { type KeyFamily, KeyMaterialError, type KeyPair, type Message } from './key-pair.js'
import { signAside } from './node-key.js'
import { readPkcs8, writePkcs8, writeSpki } from './pkcs8.js'

interface ParameterSet {
  readonly mlDsa: typeof ml_dsa44
  /** The object identifier of RFC 9881 section 2, its content in hexadecimal. */
  readonly type: string
}

const SETS: Record<string, ParameterSet> = {
  ML_DSA_44: { mlDsa: ml_dsa44, type: '608648016503040311' },
  ML_DSA_65: { mlDsa: ml_dsa65, type: '608648016503040312' },
  ML_DSA_87: { mlDsa: ml_dsa87, type: '608648016503040313' },
}

/** The length of the seed that a key is computed from (FIPS 204 algorithm 1). */
const SEED_BYTES = 32

function setOf(spec: string): ParameterSet {
  const set = SETS[spec]
  if (!set) throw new TypeError(`${spec} is not a parameter set of ML-DSA.`)
  return set
}

/** The PKCS#8 key, as PEM, that is only its seed (RFC 9881 section 6). */
function pemOfSeed(spec: string, seed: Uint8Array): string {
  return writePkcs8(setOf(spec).type, element(Tag.contextZero, seed))
}

/** ML-DSA keys (FIPS 204), pure and with an empty context. */
export const mlDsa: KeyFamily = {
  async generate(spec) {
    return pemOfSeed(spec, randomBytes(SEED_BYTES))
  },

  pemOfSeed,

  async open(spec, pem) {
    const { mlDsa, type } = setOf(spec)
    const { seed, expanded } = readSeed(spec, type, pem)
    const { publicKey, secretKey } = mlDsa.keygen(seed)
    if (expanded && !isSame(expanded, secretKey))
      throw new KeyMaterialError('is damaged: its seed and its expanded key do not belong together')
    // In the one form that Node reads, too, whatever form it came in.
    return pairOf(mlDsa, { publicKey, secretKey }, pemOfSeed(spec, seed), writeSpki(type, publicKey))
  },
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b)
}

interface SeedForm {
  readonly seed: Buffer
  readonly expanded?: Buffer
}

function readSeed(spec: string, type: string, pem: string): SeedForm {
  const pkcs8 = readPkcs8(pem)
  if (pkcs8.type !== type) throw new KeyMaterialError(`should be a key of ${spec}`)
  const form = readForm(pkcs8.privateKey)
  if (form.seed.length === SEED_BYTES) return form
  throw new KeyMaterialError(`has a seed of ${form.seed.length} bytes instead of ${SEED_BYTES}`)
}

/** The seed alone, or the seed with the expanded key; from the expanded key alone nobody gets the seed back. */
function readForm(choice: Buffer): SeedForm {
  if (choice[0] === Tag.octetString)
    throw new KeyMaterialError('has no seed: give the PKCS#8 form that holds the seed (RFC 9881 section 6)')
  if (choice[0] === Tag.contextZero) return { seed: takeLast(choice, Tag.contextZero) }
  const both = take(takeLast(choice, Tag.sequence), Tag.octetString)
  return { seed: both.content, expanded: takeLast(both.rest, Tag.octetString) }
}

interface Halves {
  readonly publicKey: Uint8Array
  readonly secretKey: Uint8Array
}

function pairOf(
  { sign, verify, internal }: typeof ml_dsa44,
  { publicKey, secretKey }: Halves,
  pem: string,
  spki: Buffer,
): KeyPair {
  const native = nativeSigner(pem)
  return {
    spki,
    pem,
    async sign(_algorithm, { type, bytes }) {
      // Hedged (FIPS 204 section 3.4), as OpenSSL signs, too.
      const extraEntropy = randomBytes(32)
      if (type === 'EXTERNAL_MU') return internal.sign(bytes, secretKey, { externalMu: true, extraEntropy })
      return native ? signAside(null, bytes, native) : sign(bytes, secretKey, { extraEntropy })
    },
    async verify(_algorithm, { type, bytes }: Message, signature) {
      try {
        return type === 'EXTERNAL_MU'
          ? internal.verify(signature, bytes, publicKey, { externalMu: true })
          : verify(signature, bytes, publicKey)
      } catch {
        // Bytes of another length are no signature.
        return false
      }
    },
  }
}

/** The first version of Node that signs with ML-DSA, in its thread pool. */
const NATIVE_SINCE = 24

function nativeSigner(pem: string): KeyObject | undefined {
  return Number.parseInt(process.versions.node, 10) >= NATIVE_SINCE ? createPrivateKey(pem) : undefined
}
