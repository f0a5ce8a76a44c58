import { randomBytes } from 'node:crypto'
import { SignCommand, type SignCommandInput } from '@aws-sdk/client-kms'
import { expect } from '@jest/globals'
import type { AlgorithmName, SigningErrorCode } from '@signport/core'
import type { Behaviour } from './behaviour.js'
import { opensslVerifies, pemOf } from './openssl.js'
import { PROVIDERS, type ProviderName, present, type ServerUnderTest } from './server-under-test.js'
import { termsOf } from './verifier-terms.js'

/** Shows a finding at its server, and what Signport makes of it. */
export type Demonstration = (server: ServerUnderTest) => Promise<void>

/** Every finding of a table, shown. */
export type Demonstrations<T extends Readonly<Record<string, Behaviour>>> = {
  readonly [A in keyof T]: { readonly [F in keyof T[A]['signport']]: Demonstration }
}

/** Small enough for every server, and no two are the same. */
export const smallMessage = (): Buffer => randomBytes(40)

/** What ES256, PS384 and their like hash with. */
export const hashOf = (algorithm: string): string => `sha${algorithm.slice(2, 5)}`

/** Whatever a server does to digests, it is sent none. */
export const RAW = { messageType: 'raw' } as const

/** The id of a key that no server has. */
export const NOBODY = 'ffffffff-0000-4000-8000-000000000000'

/** What work failed with. @throws Error when it did not */
export async function failureOf(work: Promise<unknown>): Promise<object> {
  const [result] = await Promise.allSettled([work])
  if (result.status === 'rejected' && result.reason instanceof Error) return result.reason
  throw new Error('It has not failed.')
}

/** By a service that was asked, an error has the service's own code. */
export async function refusedUnasked(work: Promise<unknown>, code: SigningErrorCode): Promise<void> {
  const error = await work.catch((reason: unknown) => reason)
  expect(error).toMatchObject({ code })
  expect(error).not.toHaveProperty('providerCode')
}

/** By both of our providers, one after the other. */
export async function byBoth(work: (provider: ProviderName) => Promise<unknown>): Promise<void> {
  for (const provider of PROVIDERS) await work(provider)
}

/** What the server itself signs, for the vendor's client. */
export async function vendorSigns(
  server: ServerUnderTest,
  input: Omit<SignCommandInput, 'KeyId' | 'SigningAlgorithm'> & Partial<SignCommandInput>,
): Promise<Uint8Array> {
  const KeyId = input.KeyId ?? (await server.keyOf('ECC_NIST_P256'))
  const { Signature } = await server.vendor.send(
    new SignCommand({ SigningAlgorithm: 'ECDSA_SHA_256', MessageType: 'RAW', ...input, KeyId }),
  )
  return present(Signature)
}

/** Whether openssl takes a signature for one with a server's key. */
export async function isSignature(
  server: ServerUnderTest,
  keyId: string,
  algorithm: AlgorithmName,
  signed: { readonly message: Uint8Array; readonly signature: Uint8Array; readonly saltLength?: number },
): Promise<boolean> {
  const publicKey = pemOf(await server.publicKeyOf(keyId))
  return opensslVerifies({ ...termsOf(algorithm), publicKey, ...signed })
}

/** A refusal as the vendor's client tells it, which takes every answer for JSON: in the text of a SyntaxError is another. */
export interface VendorRefusal {
  readonly name: string
  readonly text: RegExp
  readonly status: number
}

/** The vendor's client is refused so, and not otherwise. */
export async function expectVendorRefusal(
  work: Promise<unknown>,
  { name, text, status }: VendorRefusal,
): Promise<void> {
  const error = await work.catch((reason: unknown) => reason)
  const { name: said, message, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } }
  expect([said, message, $metadata?.httpStatusCode]).toEqual([name, expect.stringMatching(text), status])
}
