import { constants, createSign, type KeyObject, sign, verify } from 'node:crypto'
import type { AlgorithmName } from '../../src/index.js'

/** How node:crypto is asked for each algorithm, written down a second time. */
const SCHEMES: Record<AlgorithmName, { hash?: string; padding?: number; saltLength?: number }> = {
  RS256: { hash: 'sha256', padding: constants.RSA_PKCS1_PADDING },
  RS384: { hash: 'sha384', padding: constants.RSA_PKCS1_PADDING },
  RS512: { hash: 'sha512', padding: constants.RSA_PKCS1_PADDING },
  PS256: { hash: 'sha256', padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 },
  PS384: { hash: 'sha384', padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 48 },
  PS512: { hash: 'sha512', padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 64 },
  ES256: { hash: 'sha256' },
  ES384: { hash: 'sha384' },
  ES512: { hash: 'sha512' },
  ES256K: { hash: 'sha256' },
  Ed25519: {},
}

export const names = Object.keys(SCHEMES) as AlgorithmName[]
export const ecdsaNames = names.filter((name) => name.startsWith('ES'))
export const hashOf = (name: AlgorithmName) => SCHEMES[name].hash
/** Those that can sign a digest. */
export const digestNames = names.filter(hashOf)

type Layout = 'der' | 'ieee-p1363'

function options(name: AlgorithmName, key: KeyObject, dsaEncoding: Layout) {
  const { hash: _, ...padding } = SCHEMES[name]
  // RSA-PSS keys refuse to be told the padding of another scheme; EC and Ed25519 keys ignore dsaEncoding or padding.
  return { key, dsaEncoding, ...padding }
}

export function nodeSign(
  name: AlgorithmName,
  key: KeyObject,
  message: Uint8Array,
  layout: Layout = 'der',
): Buffer {
  return sign(hashOf(name), message, options(name, key, layout))
}

export async function nodeSignStream(
  name: AlgorithmName,
  key: KeyObject,
  chunks: AsyncIterable<Uint8Array>,
): Promise<Buffer> {
  const signer = createSign(hashOf(name) ?? '')
  for await (const chunk of chunks) signer.update(chunk)
  return signer.sign(options(name, key, 'der'))
}

/** The answer of node:crypto alone: nothing of core takes part in it. */
export function nodeVerify(
  name: AlgorithmName,
  key: KeyObject,
  message: Uint8Array,
  signature: Uint8Array,
  layout: Layout = 'der',
): boolean {
  return verify(hashOf(name), message, options(name, key, layout), signature)
}
