import { describe, expect, test } from '@jest/globals'
import { readDemands } from '../src/demands.js'
import { createSigner, createVerifier, parseAlgorithm } from '../src/index.js'
import { failure } from './support/failure.js'
import { keyPair } from './support/keys.js'
import { NodeProvider } from './support/node-provider.js'
import { names } from './support/oracle.js'

const demandsOf = (name: string, options: object) => readDemands(options, parseAlgorithm(name))

describe.each(names)('%s', (name) => {
  const isPss = name.startsWith('PS')

  test('asks for nothing special by itself', () => {
    expect(demandsOf(name, {})).toEqual({ parameters: {}, saltLength: 'digest', lowS: false })
    expect(demandsOf(name, { lowS: false })).toEqual(demandsOf(name, {}))
    const absent = { lowS: undefined, saltLength: undefined }
    expect(demandsOf(name, absent)).toEqual(demandsOf(name, {}))
  })

  test.each(['digest', 'any'])('with saltLength %s', async (saltLength) => {
    if (isPss) return expect(demandsOf(name, { saltLength }).saltLength).toBe(saltLength)
    const { message } = await failure(() => demandsOf(name, { saltLength }), 'InvalidArgument')
    return expect(message).toBe(`saltLength belongs to RSASSA-PSS; ${name} has none.`)
  })

  test('with lowS', async () => {
    if (name === 'ES256K') return expect(demandsOf(name, { lowS: true }).lowS).toBe(true)
    const { message } = await failure(() => demandsOf(name, { lowS: true }), 'InvalidArgument')
    return expect(message).toBe(`lowS belongs to secp256k1; ${name} has none.`)
  })
})

test.each([
  ['auto', 'auto'],
  ['', ''],
  [32, '32'],
  [null, 'null'],
  [-1, '-1'],
  ['\u001b[2J', '\\u{1b}[2J'],
])('saltLength %p is refused', async (saltLength, shown) => {
  const { message } = await failure(() => demandsOf('PS256', { saltLength }), 'InvalidArgument')
  expect(message).toBe(`saltLength must be digest or any, not ${shown}.`)
})

test.each([['false'], ['true'], [0], [1], [null], [{}]])('lowS %p is a TypeError', (lowS) => {
  for (const name of ['ES256K', 'ES256'])
    expect(() => demandsOf(name, { lowS })).toThrow(
      new TypeError(`lowS must be true or false, not ${kindOf(lowS)}.`),
    )
})

const kindOf = (value: unknown) =>
  value === null ? 'null' : typeof value === 'object' ? 'Object' : typeof value

test('signers and verifiers refuse what the algorithm does not have', async () => {
  const { publicKey } = keyPair('ES256')
  const provider = new NodeProvider(keyPair('ES256'))
  for (const demand of [{ lowS: true }, { saltLength: 'any' as const }]) {
    await failure(() => createVerifier({ publicKey, algorithm: 'ES256', ...demand }), 'InvalidArgument')
    const signer = () => createSigner({ provider, keyId: 'k', algorithm: 'ES256', ...demand })
    await failure(signer, 'InvalidArgument')
  }
})
