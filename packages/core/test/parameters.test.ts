import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createSigner, createVerifier, type ParameterOptions, parseAlgorithm } from '../src/index.js'
import { readParameters } from '../src/parameters.js'
import { failure } from './support/failure.js'
import { keyPair } from './support/keys.js'
import { NodeProvider } from './support/node-provider.js'
import { names, strangerVerify } from './support/oracle.js'

/** Which algorithm has which parameter, and how long it may be. */
const PARAMETERS = [
  ['userId', 'SM2', 8191],
  ['context', 'ML-DSA-44', 255],
  ['context', 'ML-DSA-65', 255],
  ['context', 'ML-DSA-87', 255],
] as const

const has = (parameter: string, name: string) =>
  PARAMETERS.some(([each, algorithm]) => each === parameter && algorithm === name)

describe.each(names)('%s', (name) => {
  test.each(['userId', 'context'] as const)('and %s', async (parameter) => {
    const work = () => readParameters({ [parameter]: 'x' }, parseAlgorithm(name))
    if (has(parameter, name)) return expect(work()).toEqual({ [parameter]: Uint8Array.of(0x78) })
    const { message } = await failure(work, 'InvalidArgument')
    const owner = parameter === 'userId' ? 'SM2' : 'ML-DSA'
    return expect(message).toBe(`${parameter} belongs to ${owner}; ${name} has none.`)
  })

  test('without any', () => {
    expect(readParameters({}, parseAlgorithm(name))).toEqual({})
    const absent = { userId: undefined, context: undefined } as unknown as ParameterOptions
    expect(readParameters(absent, parseAlgorithm(name))).toEqual({})
  })
})

describe.each(PARAMETERS)('%s of %s', (parameter, name, maxBytes) => {
  const read = (value: unknown) => readParameters({ [parameter]: value }, parseAlgorithm(name))[parameter]

  test('may be empty, which is not the same as absent', () => {
    expect(read('')).toEqual(new Uint8Array())
    expect(read(new Uint8Array())).toEqual(new Uint8Array())
  })

  test(`has at most ${maxBytes} bytes`, async () => {
    expect(read('x'.repeat(maxBytes))).toHaveLength(maxBytes)
    expect(read(new Uint8Array(maxBytes))).toHaveLength(maxBytes)
    for (const long of [
      'x'.repeat(maxBytes + 1),
      new Uint8Array(maxBytes + 1),
      'é'.repeat(maxBytes / 2 + 1),
    ]) {
      const { message } = await failure(() => read(long), 'InvalidArgument')
      expect(message).toBe(
        `${parameter} has at most ${maxBytes} bytes, but this one has ${Buffer.from(long).length}.`,
      )
    }
  })

  test('is UTF-8 where it is text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 20 }), (text) => {
        expect(Buffer.from(read(text) ?? [])).toEqual(Buffer.from(text, 'utf8'))
      }),
    )
  })

  test('is a copy', () => {
    const bytes = Buffer.from('mine')
    const kept = read(bytes)
    bytes.fill(0)
    expect(Buffer.from(kept ?? [])).toEqual(Buffer.from('mine'))
    expect(read(Buffer.from('mine'))).not.toBeInstanceOf(Buffer)
  })

  test.each([
    [null],
    [5],
    [true],
    [['x']],
    [{}],
    [new ArrayBuffer(2)],
    [new Uint16Array(2)],
    [new String('x')],
    [() => 'x'],
    [Symbol('x')],
    [new Uint8Array(new SharedArrayBuffer(2))],
  ])('%p is a TypeError that names it', (value) => {
    expect(() => read(value)).toThrow(TypeError)
    expect(() => read(value)).toThrow(parameter)
  })
})

const message = Buffer.from('a message')

describe.each([
  ['SM2', 'userId', 'Alice'],
  ['ML-DSA-44', 'context', 'invoices'],
] as const)('%s with %s', (algorithm, parameter, value) => {
  const pair = keyPair(algorithm)
  const { publicKey } = pair
  const given = { [parameter]: value }

  test.each([
    ['digest', ['digest']],
    ['raw', ['raw']],
    ['stream', ['stream']],
  ] as const)('signed as %s: who verifies must know it', async (_, inputs) => {
    const provider = new NodeProvider(pair, { inputs, parameters: true })
    const signer = createSigner({ provider, keyId: 'k', algorithm, ...given })
    const { bytes } = await signer.sign(message)
    const parameters = { [parameter]: Buffer.from(value) }
    expect(strangerVerify(algorithm, publicKey, message, bytes, 'der', parameters)).toBe(true)
    expect(provider.signed[0]?.parameters).toEqual({ [parameter]: new TextEncoder().encode(value) })
    for (const [options, valid] of [
      [given, true],
      [{ [parameter]: Buffer.from(value) }, true],
      [{}, false],
      [{ [parameter]: '' }, false],
      [{ [parameter]: `${value} ` }, false],
    ] as const) {
      const verifier = createVerifier({ publicKey, algorithm, ...options })
      expect(await verifier.verify(message, bytes)).toBe(valid)
    }
    expect(await signer.verify(message, bytes)).toBe(true)
  })

  test('changed by the caller after the signer was made', async () => {
    const bytes = Buffer.from(value)
    const provider = new NodeProvider(pair, { parameters: true })
    const signer = createSigner({ provider, keyId: 'k', algorithm, [parameter]: bytes })
    bytes.fill(0)
    const signature = await signer.sign(message)
    expect(await createVerifier({ publicKey, algorithm, ...given }).verify(message, signature)).toBe(true)
  })

  test('is refused for another algorithm', async () => {
    const provider = new NodeProvider(keyPair('ES256'))
    const options = { provider, keyId: 'k', algorithm: 'ES256', ...given }
    await failure(() => createSigner(options), 'InvalidArgument')
    const verify = () =>
      createVerifier({ publicKey: keyPair('ES256').publicKey, algorithm: 'ES256', ...given })
    await failure(verify, 'InvalidArgument')
  })
})

test('the usual id of SM2 is the one that is not said', async () => {
  const { publicKey } = keyPair('SM2')
  const signer = createSigner({ provider: new NodeProvider(keyPair('SM2')), keyId: 'k', algorithm: 'SM2' })
  const { bytes } = await signer.sign(message)
  const verifier = createVerifier({ publicKey, algorithm: 'SM2', userId: '1234567812345678' })
  expect(await verifier.verify(message, bytes)).toBe(true)
})
