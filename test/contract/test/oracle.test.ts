import { describe, expect, test } from '@jest/globals'
import { type AlgorithmName, algorithms, createSigner } from '@signport/core'
import { createLocalProvider } from '@signport/local'
import { generateKeyPair } from '../src/key-pair.js'
import { oracleVerifies, spkiOf } from '../src/oracle.js'

const names = algorithms.map(({ name }) => name)
const message = Buffer.from('a message')

describe.each(names)('%s', (name) => {
  const { privateKey, publicKey } = generateKeyPair(name)
  const signer = createSigner({
    provider: createLocalProvider({ keys: { k: privateKey } }),
    keyId: 'k',
    algorithm: name,
  })

  test('a signature is valid, by PEM and by DER, and one of another message, key or algorithm is not', async () => {
    const { bytes } = await signer.sign(message)
    expect(await oracleVerifies(name, publicKey, message, bytes)).toBe(true)
    expect(await oracleVerifies(name, spkiOf(publicKey), message, bytes)).toBe(true)
    expect(await oracleVerifies(name, publicKey, Buffer.from('another'), bytes)).toBe(false)
    expect(await oracleVerifies(name, generateKeyPair(name).publicKey, message, bytes)).toBe(false)
    const kin = names.filter((other) => other !== name && kindOf(other) === kindOf(name))
    for (const other of kin) expect(await oracleVerifies(other, publicKey, message, bytes)).toBe(false)
  })

  test('one changed bit is noticed', async () => {
    const { bytes } = await signer.sign(message)
    const changed = Uint8Array.from(bytes)
    changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1
    expect(await oracleVerifies(name, publicKey, message, changed)).toBe(false)
  })
})

const kindOf = (name: AlgorithmName) => algorithms.find((row) => row.name === name)?.key
