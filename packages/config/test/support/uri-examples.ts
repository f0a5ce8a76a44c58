import { expect } from '@jest/globals'
import { provider as alibabaKms } from '@signport/alibaba-kms'
import { provider as awsKms } from '@signport/aws-kms'
import type { ProviderDescriptor } from '@signport/core'
import { provider as local } from '@signport/local'
import { provider as trentService } from '@signport/trent-service'
import { parseUri } from '../../src/uri.js'

const DESCRIPTORS = new Map<string, ProviderDescriptor>(
  [local, awsKms, alibabaKms, trentService].map((provider) => [
    provider.name,
    provider as ProviderDescriptor,
  ]),
)

/** What the provider's own schema says against what a URI gave: it must take it as it takes a file's entry. */
export async function objections(uri: string): Promise<readonly string[]> {
  const { provider, key, algorithm, encoding, thumbprint, ...options } = parseUri(uri)
  const schema = await DESCRIPTORS.get(provider)?.configSchema()
  if (!schema) throw new Error(`There is no schema of ${provider}.`)
  const result = await schema['~standard'].validate(options)
  return result.issues?.map(({ message }) => message) ?? []
}

/** @param why what follows after the words that all such errors begin with, without the full stop */
export function expectRefused(uri: string, why: string): void {
  expect(() => parseUri(uri)).toThrow(
    expect.objectContaining({ code: 'Configuration', message: `The URI is not valid: ${why}.` }),
  )
}
