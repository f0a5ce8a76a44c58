import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { KeyMaterialError } from '../../src/crypto/key-pair.js'
import { generatePair, openPair } from '../../src/keys/key-material.js'
import type { KeySpec } from '../../src/keys/key-spec.js'

const SPECS: readonly KeySpec[] = [
  'ECC_NIST_P256',
  'ECC_NIST_P521',
  'ECC_SECG_P256K1',
  'ECC_NIST_EDWARDS25519',
  'ML_DSA_44',
  'SM2',
]

const derOf = (pem: string) => Buffer.from(pem.replace(/-----[^-]*-----/g, ''), 'base64')
const pemOf = (der: Uint8Array) =>
  `-----BEGIN PRIVATE KEY-----\n${Buffer.from(der).toString('base64')}\n-----END PRIVATE KEY-----\n`

async function refusal(spec: KeySpec, pem: string): Promise<unknown> {
  return openPair(spec, pem).then(
    () => undefined,
    (error: unknown) => error,
  )
}

describe.each(SPECS)('a key of %s', (spec) => {
  test('that was made is opened again, with the same public half', async () => {
    const made = await generatePair(spec)
    const opened = await openPair(spec, made?.pem ?? '')
    expect(opened.spki).toEqual(made?.spki)
  })

  test('with a changed byte is sound, or refused in words that hold nothing of it', async () => {
    const der = derOf((await generatePair(spec))?.pem ?? '')
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: der.length - 1 }),
        fc.integer({ min: 1, max: 255 }),
        async (at, change) => {
          const changed = Buffer.from(der)
          changed[at] = (changed[at] ?? 0) ^ change
          const error = await refusal(spec, pemOf(changed))
          if (error !== undefined) expect(error).toBeInstanceOf(KeyMaterialError)
        },
      ),
      { numRuns: 60 },
    )
  })

  test('that is cut short is refused', async () => {
    const der = derOf((await generatePair(spec))?.pem ?? '')
    for (const length of [0, 1, 10, der.length >> 1, der.length - 1])
      expect(await refusal(spec, pemOf(der.subarray(0, length)))).toBeInstanceOf(KeyMaterialError)
  })

  test('is no key of another spec', async () => {
    const { pem = '' } = (await generatePair(spec)) ?? {}
    for (const other of SPECS.filter((each) => each !== spec))
      expect(await refusal(other, pem)).toBeInstanceOf(KeyMaterialError)
  })
})

test('symmetric keys have no material', async () => {
  expect(await generatePair('HMAC_256')).toBeUndefined()
  expect(await refusal('HMAC_256', '')).toBeInstanceOf(KeyMaterialError)
})
