import { constants, createPublicKey, verify } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type Emulator, type FaultKind, startEmulator } from '@signport/emulator'
import { call, createKey, output } from '../support/emulator.js'
import { formsOf, STRANGERS } from '../support/stranger.js'

let emulator: Emulator
const keys = new Map<string, Promise<{ KeyId: string; spki: Buffer }>>()

beforeAll(async () => {
  emulator = await startEmulator({ auth: 'none' })
})

afterAll(() => emulator.close())

function keyOf(spec: string) {
  const known = keys.get(spec) ?? makeKey(spec)
  keys.set(spec, known)
  return known
}

async function makeKey(spec: string) {
  const KeyId = await createKey(emulator, spec)
  const { PublicKey } = await output<{ PublicKey: string }>(emulator, 'GetPublicKey', { KeyId })
  return { KeyId, spki: Buffer.from(PublicKey, 'base64') }
}

/** Of RSA one length, as keys of others take long to be made. */
const cases = STRANGERS.filter(([spec]) => !['RSA_3072', 'RSA_4096'].includes(spec)).flatMap(
  ([spec, algorithm, verifies]) =>
    formsOf(spec, algorithm).map(([type, form]) => ({ spec, algorithm, type, form, verifies })),
)

type Case = (typeof cases)[number]

const isPss = ({ algorithm }: Case) => algorithm.startsWith('RSASSA_PSS')
const isEcdsa = ({ algorithm }: Case) => algorithm.startsWith('ECDSA')
const isHashedTwice = ({ algorithm, type }: Case) => type === 'DIGEST' && algorithm !== 'ED25519_PH_SHA_512'

/** A message, what was sent of it, and the signature that came back for that. */
async function sign({ spec, algorithm, type, form }: Case, kind: FaultKind, text = 'Q3: 4,711 units') {
  const { KeyId, spki } = await keyOf(spec)
  const message = Buffer.from(text)
  const sent = form(spki, message)
  const input = { KeyId, Message: sent.toString('base64'), MessageType: type, SigningAlgorithm: algorithm }
  emulator.faults.add({ kind })
  const before = emulator.faults.seen()[kind]
  const answer = await output<{ Signature: string; KeyId: string }>(emulator, 'Sign', input)
  expect(answer.KeyId).toContain(KeyId)
  const met = emulator.faults.list().length === 0
  emulator.faults.clear()
  expect(emulator.faults.seen()[kind] - before).toBe(met ? 1 : 0)
  return { spki, message, sent, signature: Buffer.from(answer.Signature, 'base64'), met }
}

const name = ({ algorithm, spec, type }: Case) => `${algorithm} by a key of ${spec}, of ${type},`

describe.each(cases.map((each) => [name(each), each] as const))('%s', (_name, each) => {
  test('otherKey is not valid by this key', async () => {
    const { spki, message, signature } = await sign(each, 'otherKey')
    expect(each.verifies(spki, message, signature)).toBe(false)
  })

  test('otherMessage is valid of what was sent with a full stop behind it', async () => {
    const { spki, message, sent, signature } = await sign(each, 'otherMessage')
    expect(each.verifies(spki, message, signature)).toBe(false)
    expect(each.verifies(spki, Buffer.concat([sent, Buffer.from('.')]), signature)).toBe(true)
  })

  test('bitFlip is one bit from being valid', async () => {
    const { spki, message, signature } = await sign(each, 'bitFlip')
    expect(each.verifies(spki, message, signature)).toBe(false)
    const repaired = Buffer.from(signature)
    repaired[repaired.length - 1] = (repaired.at(-1) ?? 0) ^ 1
    expect(each.verifies(spki, message, repaired)).toBe(true)
  })

  test.each<[FaultKind, (each: Case) => boolean]>([
    ['otherSalt', isPss],
    ['highS', isEcdsa],
    ['doubleHash', isHashedTwice],
  ])('%s waits for a call that it can meet', async (kind, fits) => {
    const { spki, message, signature, met } = await sign(each, kind)
    expect(met).toBe(fits(each))
    if (!met) expect(each.verifies(spki, message, signature)).toBe(true)
  })
})

describe.each(cases.filter(isHashedTwice).map((each) => [name(each), each] as const))('%s', (_name, each) => {
  test('doubleHash is valid of the digest as a message, and not of the message', async () => {
    const { spki, message, sent, signature } = await sign(each, 'doubleHash')
    expect(each.verifies(spki, message, signature)).toBe(false)
    expect(each.verifies(spki, sent, signature)).toBe(true)
  })
})

describe.each(cases.filter(isPss).map((each) => [name(each), each] as const))('%s', (_name, each) => {
  test('otherSalt is valid with the longest salt, and not with one as long as the digest', async () => {
    const { spki, message, signature } = await sign(each, 'otherSalt')
    expect(each.verifies(spki, message, signature)).toBe(false)
    const bits = Number(each.algorithm.slice(-3))
    const key = createPublicKey({ key: spki, format: 'der', type: 'spki' })
    const padding = constants.RSA_PKCS1_PSS_PADDING
    const isValid = (saltLength: number) =>
      verify(`sha${bits}`, message, { key, padding, saltLength }, signature)
    const longest = 2048 / 8 - bits / 8 - 2
    expect([longest, longest - 1, constants.RSA_PSS_SALTLEN_AUTO].map(isValid)).toEqual([true, false, true])
  })
})

/** The orders of the curves' groups: FIPS 186-5 with SP 800-186, and SEC 2. */
const ORDERS: Record<string, bigint> = {
  ECC_NIST_P256: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  ECC_NIST_P384:
    0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
  ECC_NIST_P521: BigInt(
    `0x1${'f'.repeat(65)}a51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409`,
  ),
  ECC_SECG_P256K1: 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n,
}

/** The second number in a signature in DER. */
function sOf(signature: Buffer): bigint {
  const start = (signature[1] ?? 0) >= 0x80 ? 3 : 2
  const length = signature[start + 1] ?? 0
  return BigInt(`0x${signature.subarray(start + 2 + length + 2).toString('hex')}`)
}

describe.each(cases.filter(isEcdsa).map((each) => [name(each), each] as const))('%s', (_name, each) => {
  test('highS is valid, with the higher s each time', async () => {
    const order = ORDERS[each.spec] ?? 0n
    for (let count = 0; count < 10; count += 1) {
      const { spki, message, signature } = await sign(each, 'highS', `message ${count}`)
      expect(each.verifies(spki, message, signature)).toBe(true)
      expect(sOf(signature) > order / 2n && sOf(signature) < order).toBe(true)
    }
  })
})

describe('a call that would get no signature', () => {
  const input = { Message: 'bQ==', SigningAlgorithm: 'ECDSA_SHA_256' }

  test.each([
    ['a dry run', { ...input, DryRun: true }],
    ['one with another algorithm', { ...input, SigningAlgorithm: 'ECDSA_SHA_384' }],
    ['one of a digest that is too short', { ...input, MessageType: 'DIGEST' }],
    ['one for a key that is not there', { ...input, KeyId: 'alias/none' }],
    ['one that says nothing', {}],
  ])('meets no fault of signatures: %s', async (_what, rest) => {
    const { KeyId } = await keyOf('ECC_NIST_P256')
    emulator.faults.add({ kind: 'otherKey' })
    const before = emulator.faults.seen()
    expect((await call(emulator, 'Sign', { KeyId, ...rest })).status).toBe(400)
    expect(emulator.faults.list()).toEqual([{ kind: 'otherKey', remaining: 1 }])
    expect(emulator.faults.seen()).toEqual(before)
    emulator.faults.clear()
  })
})
