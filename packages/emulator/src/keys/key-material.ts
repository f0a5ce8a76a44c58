import { randomUUID } from 'node:crypto'
import { DerError } from '../crypto/der.js'
import { KeyMaterialError, type KeyPair } from '../crypto/key-pair.js'
import type { KeyVersion } from './key-record.js'
import { type KeySpec, keySpec } from './key-spec.js'
import { SIGNING_ALGORITHM_NAMES, signingAlgorithm } from './signing-algorithm.js'

/** A new key pair of a spec; undefined for a symmetric key. */
export async function generatePair(spec: KeySpec): Promise<KeyPair | undefined> {
  const family = await keySpec(spec).family?.()
  return family?.open(spec, await family.generate(spec))
}

/** A new version of a key, with key material of its own. */
export async function newVersion(spec: KeySpec, created: Date): Promise<KeyVersion> {
  const pair = await generatePair(spec)
  return { id: randomUUID(), created, ...(pair && { pair }) }
}

const PROBE = { type: 'RAW', bytes: Buffer.from('Do these halves belong together?') } as const

/**
 * The key pair of a key that was made elsewhere.
 *
 * @throws KeyMaterialError when it is not a key of this spec, or its halves do not belong together
 */
export async function openPair(spec: KeySpec, pem: string): Promise<KeyPair> {
  const family = await keySpec(spec).family?.()
  if (!family) throw new KeyMaterialError(`is not needed: a key of ${spec} has none here`)
  const pair = await family.open(spec, pem).catch(asMaterialError)
  if (await isSound(pair, spec)) return pair
  throw new KeyMaterialError('is damaged: its private and its public half do not belong together')
}

function asMaterialError(error: unknown): never {
  throw error instanceof DerError ? new KeyMaterialError(`is malformed: ${error.message}`) : error
}

async function isSound(pair: KeyPair, spec: KeySpec): Promise<boolean> {
  const names = keySpec(spec).algorithms.SIGN_VERIFY ?? []
  const name = SIGNING_ALGORITHM_NAMES.find((each) => names.includes(each))
  if (!name) return true
  try {
    const algorithm = signingAlgorithm(name)
    const signature = await pair.sign(algorithm, PROBE)
    return await pair.verify(algorithm, PROBE, Buffer.from(signature))
  } catch {
    // Numbers that OpenSSL cannot compute with.
    return false
  }
}
