import { strict as assert } from 'node:assert'
import type { KeyObject } from 'node:crypto'
import { weierstrass } from '@noble/curves/abstract/weierstrass.js'
import { ed25519, ed25519ph } from '@noble/curves/ed25519.js'
import { secp256k1 } from '@noble/curves/secp256k1.js'
import { hex } from '../support/asn1.js'
import { scalarOf } from '../support/keys.js'
import { strangerVerify } from '../support/oracle.js'
import { EXAMPLE, sm2Spki } from '../support/sm2-example.js'
import type { Modules } from './modules.js'
import { bytesOf, hashOf, numberOf } from './numbers.js'
import { MESSAGE, strangerOf } from './strangers.js'

const privateNumberOf = (name: 'SM2' | 'ES256K') => scalarOf(strangerOf(name).pair.privateKey as KeyObject)

/** The example of the standard, and ids of every length. */
export async function sm2({ core }: Modules): Promise<void> {
  const { r, s, x, y, message, e } = EXAMPLE
  const example = core.createVerifier({ publicKey: sm2Spki(x, y), algorithm: 'SM2' })
  const signature = core.toDer(Buffer.concat([r, s]), 32)
  assert.equal(await example.verify(message, signature), true)
  assert.equal(await example.verifyDigest(e, signature), true)
  const { publicKey, sign } = strangerOf('SM2')
  for (const userId of ['', 'Alice', 'a'.repeat(8191)].map((id) => Buffer.from(id))) {
    const verifier = core.createVerifier({ publicKey, algorithm: 'SM2', userId })
    assert.equal(await verifier.verify(MESSAGE, sign({ userId })), true)
    assert.equal(await verifier.verify(MESSAGE, sign()), false)
  }
}

/** A private key is a number from 1 to n - 2: of n - 1 there would be no inverse of 1 + d. */
export function sm2Scalars({ kit }: Modules): void {
  const { ORDER } = Sm2Point.Fn
  const valid = [0n, 1n, 2n, ORDER - 3n, ORDER - 2n, ORDER - 1n, ORDER].filter((number) =>
    kit.isSm2Scalar(bytesOf(number)),
  )
  assert.deepEqual(valid, [1n, 2n, ORDER - 3n, ORDER - 2n])
}

/** Strangers find signatures right, and one among them has a number that begins with a zero. */
export async function sm2Signing({ core, kit }: Modules): Promise<void> {
  const { pair, digest = MESSAGE } = strangerOf('SM2')
  for (let count = 0; count < 1000; count++) {
    const signature = await kit.signSm2(digest, privateNumberOf('SM2'))
    assert.equal(strangerVerify('SM2', pair.publicKey, MESSAGE, core.toDer(signature, 32)), true)
    if ([0, 32].some((start) => (signature[start] ?? 0) < 0x10)) return
  }
  assert.fail('No number began with a zero')
}

/** y² = x³ + ax + b modulo p, and G of order n (GB/T 32918.5-2017), to make signatures that no signer makes. */
const Sm2Point = weierstrass({
  p: 0xfffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffffn,
  n: 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n,
  h: 1n,
  a: 0xfffffffeffffffffffffffffffffffffffffffff00000000fffffffffffffffcn,
  b: 0x28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93n,
  Gx: 0x32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7n,
  Gy: 0xbc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0n,
})

/**
 * Who may choose the digest finds one for every pair (r, s). What has r + s = 0 says nothing about the key, and a number
 * that is as large as the order is another spelling of a smaller one.
 */
export async function sm2Equation({ core }: Modules): Promise<void> {
  const { ORDER } = Sm2Point.Fn
  const { publicKey } = strangerOf('SM2')
  const verifier = core.createVerifier({ publicKey, algorithm: 'SM2' })
  const point = Sm2Point.fromBytes(publicKey.subarray(-65))
  for (const [r, s, valid] of [
    [7n, 5n, true],
    [1n, 5n, true],
    [7n, 1n, true],
    [ORDER - 1n, ORDER - 1n, true],
    [7n, ORDER - 6n, true],
    [7n, ORDER - 7n, false],
    [ORDER + 7n, 5n, false],
    [7n, ORDER + 5n, false],
  ] as const) {
    const sum = Sm2Point.BASE.multiplyUnsafe(s % ORDER).add(point.multiplyUnsafe((r + s) % ORDER))
    const digest = bytesOf(Sm2Point.Fn.create(r - sum.toAffine().x))
    const signature = core.toDer(Buffer.concat([bytesOf(r), bytesOf(s)]), 32)
    assert.equal(await verifier.verifyDigest(digest, signature), valid, `${r} ${s}`)
  }
}

/** RFC 8032 section 7.3, and @noble's own Ed25519ph. */
export async function prehashed({ core, kit }: Modules): Promise<void> {
  const { sign } = await kit.loadEd25519ph()
  const seed = hex('833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42')
  const example = hex(
    `98a70222f0b8121aa9d30f813d683f809e462b469c7ff87639499bb94e6dae41
     31f85042463c2a355a2003d062adf5aaa10b8c61e636062aaad11c2a26083406`,
  )
  assert.deepEqual(Buffer.from(sign(hashOf('sha512', Buffer.from('abc')), seed)), example)
  for (const [name, hashed] of [
    ['Ed25519ph', MESSAGE],
    ['Ed25519ph-SHA512', hashOf('sha512', MESSAGE)],
  ] as const) {
    const row = core.parseAlgorithm(name) as Parameters<typeof kit.prehashOf>[0]
    const prehash = kit.prehashOf(row, hashOf('sha512', MESSAGE))
    // Each seed is clamped in its own way.
    for (let number = 1n; number <= 16n; number++)
      assert.deepEqual(sign(prehash, bytesOf(number)), ed25519ph.sign(hashed, bytesOf(number)), name)
  }
}

/** A point has one spelling: the neutral element as R is 1, and not 1 more than the prime. */
export async function pointSpelling({ core }: Modules): Promise<void> {
  const seed = bytesOf(1n)
  const publicKey = ed25519.getPublicKey(seed)
  const spki = Buffer.concat([hex('302a300506032b6570032100'), publicKey])
  const verifier = core.createVerifier({ publicKey: spki, algorithm: 'Ed25519ph' })
  const digest = hashOf('sha512', MESSAGE)
  for (const [r, valid] of [
    [`01${'00'.repeat(31)}`, true],
    [`ee${'ff'.repeat(30)}7f`, false],
  ] as const) {
    // RFC 8032 section 5.1.6 with r = 0, so that R is neutral and S = k × s.
    const dom2 = Buffer.from('SigEd25519 no Ed25519 collisions\x01\x00')
    const k = hashOf('sha512', Buffer.concat([dom2, hex(r), publicKey, digest])).reverse()
    const { Fn } = ed25519.Point
    const { scalar } = ed25519.utils.getExtendedPublicKey(seed)
    const signature = Buffer.concat([hex(r), bytesOf(Fn.mul(Fn.create(numberOf(k)), scalar)).reverse()])
    assert.equal(await verifier.verifyDigest(digest, signature), valid)
  }
}

/** Of s and n - s, which are both valid, one is low; a signer makes that of the other. */
export async function lowS({ core }: Modules): Promise<void> {
  const { ORDER } = secp256k1.Point.Fn
  const { publicKey, name: algorithm } = strangerOf('ES256K')
  for (const s of [1n, ORDER / 2n, ORDER / 2n + 1n, ORDER - 1n]) {
    const { r, digest } = ecdsaOver(s)
    const given = Buffer.concat([r, bytesOf(s)])
    const lower = Buffer.concat([r, bytesOf(s <= ORDER / 2n ? s : ORDER - s)])
    const verifierOf = (lowS: boolean) =>
      core.createVerifier({ algorithm, publicKey, lowS, encoding: 'ieee-p1363' })
    assert.equal(await verifierOf(false).verifyDigest(digest, given), true)
    assert.equal(await verifierOf(true).verifyDigest(digest, given), s <= ORDER / 2n)
    const provider = {
      name: 'stranger',
      support: () => ({ wireName: 'X', inputs: ['digest'] as const, raw: { minBytes: 0, maxBytes: 0 } }),
      sign: async () => ({ bytes: given }),
      getPublicKey: async () => ({ publicKey }),
    }
    const signer = core.createSigner({ provider, keyId: 'k', algorithm, lowS: true, encoding: 'ieee-p1363' })
    assert.deepEqual(Buffer.from((await signer.signDigest(digest)).bytes), lower)
  }
}

/** Who has the key finds a digest for every s. */
function ecdsaOver(s: bigint): { r: Buffer; digest: Buffer } {
  const { Fn, BASE } = secp256k1.Point
  const k = 7n
  const r = Fn.create(BASE.multiply(k).x)
  const digest = Fn.sub(Fn.mul(s, k), Fn.mul(r, numberOf(privateNumberOf('ES256K'))))
  return { r: bytesOf(r), digest: bytesOf(digest) }
}
