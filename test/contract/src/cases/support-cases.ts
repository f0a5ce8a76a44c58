import assert from 'node:assert/strict'
import { type Algorithm, algorithms } from '@signport/core'
import type { ContractCase, ContractSubject } from '../contract-case.js'
import { withProvider } from '../with-provider.js'

/** What a provider says about itself. */
export function supportCases(subject: ContractSubject): ContractCase[] {
  const { create, keys } = subject
  return [
    {
      name: 'provider: its name is made of lower-case words and hyphens',
      run: () =>
        withProvider(create, async ({ name }) => assert.match(name, /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/)),
    },
    ...algorithms.map((algorithm) => ({
      name: `${algorithm.name}: support is complete, and the same each time`,
      run: () => withProvider(create, (provider) => assertSupport(provider, algorithm, keys)),
    })),
  ]
}

async function assertSupport(
  provider: Awaited<ReturnType<ContractSubject['create']>>,
  algorithm: Algorithm,
  keys: ContractSubject['keys'],
): Promise<void> {
  const key = keys[algorithm.name]
  const keyId = key?.keyId ?? Object.values(keys)[0]?.keyId ?? ''
  const support = provider.support(algorithm, keyId)
  assert.deepEqual(provider.support(algorithm, keyId), support, 'support must be pure')
  if (!support)
    return assert.ok(!key, `there is a key for ${algorithm.name}, which the provider does not support`)
  assert.ok(key, `the provider supports ${algorithm.name}: give the suite a key for it`)
  assert.ok(support.wireName.length > 0, 'the algorithm needs a name on the wire')
  assert.ok(support.inputs.length > 0, 'the provider must take something')
  assert.equal(new Set(support.inputs).size, support.inputs.length, 'each input is named once')
  const possible = possibleInputs(algorithm)
  for (const input of support.inputs)
    assert.ok(possible.includes(input), `${algorithm.name} cannot be signed by ${input}`)
  const { minBytes, maxBytes } = support.raw
  assert.ok(Number.isSafeInteger(minBytes) && minBytes >= 0, 'minBytes must be a number of bytes')
  assert.ok(Number.isSafeInteger(maxBytes) && maxBytes >= minBytes, 'maxBytes must be a number of bytes')
}

function possibleInputs({ digest }: Algorithm): string[] {
  if (!digest) return ['raw', 'stream']
  return ['raw', 'stream', digest.kind === 'ml-dsa-mu' ? 'external-mu' : 'digest']
}
