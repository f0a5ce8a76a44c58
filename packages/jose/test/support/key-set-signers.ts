import { ml_dsa44, ml_dsa65, ml_dsa87 } from '@noble/post-quantum/ml-dsa.js'
import {
  type AlgorithmName,
  createSigner,
  type Signer,
  type SignerOptions,
  type SigningProvider,
} from '@signport/core'
import { createLocalProvider } from '@signport/local'
import { keyFor } from './signers.js'

const ML_DSA = { 'ML-DSA-44': ml_dsa44, 'ML-DSA-65': ml_dsa65, 'ML-DSA-87': ml_dsa87 }

type MlDsaName = keyof typeof ML_DSA

const isMlDsa = (name: string): name is MlDsaName => name in ML_DSA

/** Verifies with what a JWK of ML-DSA holds. */
export function verifiesMlDsa(alg: string, pub: string, message: Uint8Array, signature: Uint8Array): boolean {
  if (!isMlDsa(alg)) throw new Error(`${alg} is not ML-DSA.`)
  return ML_DSA[alg].verify(signature, message, Buffer.from(pub, 'base64url'))
}

/** A signer with a key in memory; `key` says which one, `one` by default. */
export function signerOf(
  algorithm: AlgorithmName,
  { key = 'one', ...options }: Partial<SignerOptions> & { key?: string } = {},
): Signer {
  const keyId = options.keyId ?? key
  const provider = createLocalProvider({ keys: { [keyId]: keyFor(algorithm, key) } })
  return createSigner({ provider, algorithm, ...options, keyId })
}

/** A service: it counts what it is asked, and fails as long as it is told to. */
export interface CountingService {
  readonly provider: SigningProvider
  /** How often a key was asked for. */
  asked: number
  failure: Error | undefined
}

/** A service with a key for ES256 under every id: each of them the same one. */
export function countingService(): CountingService {
  const local = createLocalProvider({ keys: { k: keyFor('ES256') } })
  const service: CountingService = {
    asked: 0,
    failure: undefined,
    provider: {
      name: 'counting',
      support: (algorithm) => local.support(algorithm, 'k'),
      sign: (request, context) => local.sign({ ...request, keyId: 'k' }, context),
      async getPublicKey(request, context) {
        service.asked++
        await new Promise((resolve) => setTimeout(resolve, 20))
        if (service.failure) throw service.failure
        return local.getPublicKey({ ...request, keyId: 'k' }, context)
      },
    },
  }
  return service
}

const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** A token put together by hand, without what this package signs tokens by. */
export async function tokenOf(signer: Signer, header: { alg: string; kid?: string }): Promise<string> {
  const input = `${encoded(header)}.${encoded({ sub: 'somebody' })}`
  const { bytes } = await signer.sign(Buffer.from(input), { encoding: 'ieee-p1363' })
  return `${input}.${Buffer.from(bytes).toString('base64url')}`
}

/** What was signed of a token, and the signature. */
export function partsOf(token: string): { message: Buffer; signature: Buffer } {
  const dot = token.lastIndexOf('.')
  return {
    message: Buffer.from(token.slice(0, dot)),
    signature: Buffer.from(token.slice(dot + 1), 'base64url'),
  }
}
