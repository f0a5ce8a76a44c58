import type { Signer, SignerOptions, SigningProvider } from '@signport/core'
import type { ContractSubject } from './contract-case.js'
import type { KeyUnderTest } from './key-under-test.js'

/** Uses a new provider and closes it, whatever comes of it. */
export async function withProvider<T>(
  create: ContractSubject['create'],
  use: (provider: SigningProvider) => Promise<T>,
): Promise<T> {
  const provider = await create()
  try {
    return await use(provider)
  } finally {
    await provider.close?.()
  }
}

/** Uses a new signer of a new provider, and closes both. */
export async function withSigner<T>(
  { create, createSigner }: ContractSubject,
  { algorithm, keyId }: Pick<KeyUnderTest, 'algorithm' | 'keyId'>,
  use: (signer: Signer) => Promise<T>,
  options: Partial<SignerOptions> = {},
): Promise<T> {
  const signer = createSigner({ provider: await create(), keyId, algorithm: algorithm.name, ...options })
  try {
    return await use(signer)
  } finally {
    await signer.close()
  }
}
