import { strict as assert } from 'node:assert'
import { webcrypto } from 'node:crypto'
import { ml_dsa44, ml_dsa65, ml_dsa87 } from '@noble/post-quantum/ml-dsa.js'
import type { AlgorithmName, ProviderSignRequest, SigningProvider } from '../../src/index.js'
import { lowS, pointSpelling, prehashed, sm2, sm2Equation, sm2Scalars, sm2Signing } from './curve-checks.js'
import { AMBIGUOUS, FACTS, ML_DSA_FACTS, NAMES, VENDORS } from './facts.js'
import type { Modules } from './modules.js'
import { encodings, salts, wrongEncodings } from './rsa-checks.js'
import { MESSAGE, OTHER, PSS_KEYS, STRANGERS, type Stranger, strangerOf } from './strangers.js'

/** Strangers' signatures are valid here, in every way of asking. */
async function verification({ core }: Modules): Promise<void> {
  for (const { name, publicKey, sign, digest } of STRANGERS) {
    const verifier = core.createVerifier({ publicKey, algorithm: name })
    const signature = sign()
    assert.equal(await verifier.verify(MESSAGE, signature), true, name)
    assert.equal(await verifier.verify(OTHER, signature), false, name)
    assert.equal(await verifier.verify(inPieces(MESSAGE), signature), true, name)
    if (digest) assert.equal(await verifier.verifyDigest(digest, signature), true, name)
  }
}

async function* inPieces(bytes: Uint8Array) {
  yield bytes.subarray(0, 7)
  yield bytes.subarray(7)
}

/** What goes to a service is what a stranger would hash, and what comes back is as long as it must be. */
async function signing({ core }: Modules): Promise<void> {
  for (const stranger of STRANGERS) {
    const { name, sign, digest } = stranger
    const asked: ProviderSignRequest[] = []
    const provider = serviceOf(stranger, asked)
    const signer = core.createSigner({ provider, keyId: 'k', algorithm: name, encoding: 'ieee-p1363' })
    const { bytes, encoding } = await signer.sign(MESSAGE)
    const [{ input } = {}] = asked
    assert.deepEqual(input && 'digest' in input ? input.digest : undefined, digest, name)
    assert.equal(encoding, name.startsWith('ES') ? 'ieee-p1363' : name === 'SM2' ? 'der' : 'raw')
    assert.equal(bytes.length, lengthOf(name) ?? sign().length, name)
  }
}

/** As r ‖ s for ECDSA; undefined for RSA, whose keys differ, and for SM2, whose signatures do. */
function lengthOf(name: AlgorithmName): number | undefined {
  const { scheme, scalarBytes, signatureBytes } = FACTS.find((facts) => facts.name === name) ?? {}
  return scheme === 'ecdsa' && scalarBytes ? 2 * scalarBytes : signatureBytes
}

function serviceOf({ sign, publicKey }: Stranger, asked: ProviderSignRequest[]): SigningProvider {
  return {
    name: 'stranger',
    support: ({ digest }) => ({
      wireName: 'X',
      inputs: digest ? ['digest', 'external-mu'] : ['raw'],
      raw: { minBytes: 0, maxBytes: 4096 },
    }),
    async sign(request) {
      asked.push(request)
      return { bytes: sign() }
    },
    getPublicKey: async () => ({ publicKey }),
  }
}

/** The lengths and identifiers of keys, as @noble and the standards have them, and contexts of every length. */
async function mlDsa({ core, kit }: Modules): Promise<void> {
  assert.equal(kit.ML_DSA_SEED_BYTES, 32)
  for (const [name, { lengths }] of Object.entries(NOBLE)) {
    const { publicKeyBytes, expandedKeyBytes } = kit.ML_DSA[name as keyof typeof NOBLE]
    assert.deepEqual([publicKeyBytes, expandedKeyBytes], [lengths.publicKey, lengths.secretKey])
    const { publicKey, sign } = strangerOf(name as keyof typeof NOBLE)
    assert.equal(core.PublicKey.from(publicKey).kind, name)
    for (const context of [Buffer.of(0), Buffer.alloc(255, 'c')]) {
      const verifier = core.createVerifier({ publicKey, algorithm: name, context })
      assert.equal(await verifier.verify(MESSAGE, sign({ context })), true, name)
      assert.equal(await verifier.verify(MESSAGE, sign()), false, name)
    }
  }
  assert.deepEqual(kit.ML_DSA, ML_DSA_FACTS)
}

const NOBLE = { 'ML-DSA-44': ml_dsa44, 'ML-DSA-65': ml_dsa65, 'ML-DSA-87': ml_dsa87 }

function limits({ core }: Modules): void {
  const { publicKey } = strangerOf('ML-DSA-44')
  const contextOf = (bytes: number) =>
    core.createVerifier({ publicKey, algorithm: 'ML-DSA-44', context: Buffer.alloc(bytes) })
  const userIdOf = (bytes: number) =>
    core.createVerifier({
      publicKey: strangerOf('SM2').publicKey,
      algorithm: 'SM2',
      userId: Buffer.alloc(bytes),
    })
  contextOf(255)
  userIdOf(8191)
  assert.throws(() => contextOf(256), { code: 'InvalidArgument' })
  assert.throws(() => userIdOf(8192), { code: 'InvalidArgument' })
}

/** What the table says to WebCrypto is what WebCrypto takes. */
async function webCrypto({ core }: Modules): Promise<void> {
  for (const { name, publicKey, sign } of STRANGERS) {
    const [object] = core.algorithmNames(core.parseAlgorithm(name)).webcrypto
    // Node has ML-DSA from 24 on.
    if (!object || name.startsWith('ML-DSA')) continue
    const key = await webcrypto.subtle.importKey('spki', publicKey, object as never, false, ['verify'])
    const isEcdsa = object.name === 'ECDSA'
    const signature = isEcdsa ? core.toP1363(sign(), (lengthOf(name) ?? 0) / 2) : sign()
    assert.equal(await webcrypto.subtle.verify(object as never, key, signature, MESSAGE), true, name)
  }
}

/** A name leads to its row, by itself or with a key; a name of several leads nowhere by itself. */
function parsing({ core }: Modules): void {
  for (const row of core.algorithms) {
    const publicKey = PSS_KEYS.get(row.name) ?? strangerOf(row.name).publicKey
    const { webcrypto = [], ...texts } = NAMES[row.name]
    for (const name of [row.name, ...Object.values(texts).flat()]) {
      if (name in AMBIGUOUS) assert.throws(() => core.parseAlgorithm(name), { code: 'UnknownAlgorithm' })
      else assert.equal(core.parseAlgorithm(name), row)
      // Keys have 2048 bits here, and these names are for others.
      if (!/_(3072|4096)_/.test(name)) assert.equal(core.parseAlgorithm(name, { publicKey }), row)
    }
    for (const object of webcrypto) assert.equal(core.parseAlgorithm(object), row)
  }
}

function names({ core }: Modules): void {
  const none = Object.fromEntries(VENDORS.map((vendor) => [vendor, []]))
  for (const row of core.algorithms)
    assert.deepEqual(core.algorithmNames(row), { ...none, ...NAMES[row.name] }, row.name)
}

function rows({ core }: Modules): void {
  assert.deepEqual(core.algorithms, FACTS)
}

/**
 * What must hold of the table of algorithms and of the constants beside it. Each check throws where it does not. What
 * is right they know from strangers (node:crypto, @noble, examples of the standards), and where those have nothing to
 * say, from `facts.ts`, where the table is written down once more.
 */
export const CHECKS: Record<string, (modules: Modules) => void | Promise<void>> = {
  'the rows of the names': parsing,
  'the names of the rows': names,
  "strangers' signatures": verification,
  'what services are asked for': signing,
  'what WebCrypto takes': webCrypto,
  'the encodings of RSA': encodings,
  'wrong encodings of RSA': wrongEncodings,
  'the salts of PSS': salts,
  SM2: sm2,
  'private keys of SM2': sm2Scalars,
  'signatures of SM2': sm2Signing,
  'the equation of SM2': sm2Equation,
  Ed25519ph: prehashed,
  'the spelling of points': pointSpelling,
  'ML-DSA': mlDsa,
  'a low s': lowS,
  'the limits of parameters': limits,
  'the rows': rows,
}
