import { createPublicKey } from 'node:crypto'
import { type Algorithm, algorithms, type ProviderInput, type ProviderSignRequest } from '@signport/core'
import type { ContractSubject } from './contract-case.js'
import type { ContractKey } from './contract-options.js'
import { oracleVerifies, spkiOf } from './oracle.js'
import { oracleDigest } from './oracle-digest.js'
import { readForm } from './signature-form.js'

/** An algorithm with the key that it is tested with. */
export interface KeyUnderTest extends ContractKey {
  readonly algorithm: Algorithm
}

/** The algorithms that have a key, in the order of Signport's table. */
export function keysUnderTest({ keys }: ContractSubject): KeyUnderTest[] {
  return algorithms.flatMap((algorithm) => {
    const key = keys[algorithm.name]
    return key ? [{ algorithm, ...key }] : []
  })
}

/** A message that no other case has: errors and signatures are searched for it. */
export function messageOf(bytes: number): Uint8Array {
  const text = Buffer.from('the message of a contract case, ')
  return Uint8Array.from({ length: bytes }, (_, index) => text[index % text.length] ?? 0)
}

/** The digest that stands for a message, made without core. */
export function digestFor({ algorithm, publicKey }: KeyUnderTest, message: Uint8Array): Uint8Array {
  const spki = spkiOf(publicKey)
  const native = () => createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' })
  return oracleDigest(algorithm.name, { spki, native }, message)
}

/** What core would ask a provider for. */
export function requestFor(
  { algorithm, keyId }: KeyUnderTest,
  wireName: string,
  input: ProviderInput,
): ProviderSignRequest {
  return { keyId, algorithm, wireName, input, parameters: {}, pinned: false }
}

/** A signature in the oracle's layout, its form checked. */
export function formOf(
  key: Pick<KeyUnderTest, 'algorithm' | 'publicKey'>,
  signature: Parameters<typeof readForm>[1],
): Uint8Array {
  return readForm(key.algorithm, signature, modulusBytes(key))
}

/** Whether a signature is the key's, according to the oracle. */
export function verifies(
  { algorithm, publicKey }: Pick<KeyUnderTest, 'algorithm' | 'publicKey'>,
  message: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  return oracleVerifies(algorithm.name, publicKey, message, signature)
}

function modulusBytes({ algorithm, publicKey }: Pick<KeyUnderTest, 'algorithm' | 'publicKey'>): number {
  if (algorithm.key !== 'RSA') return 0
  const key = createPublicKey({ key: Buffer.from(spkiOf(publicKey)), format: 'der', type: 'spki' })
  return Math.ceil((key.asymmetricKeyDetails?.modulusLength ?? 0) / 8)
}
