import { describe, expect, test } from '@jest/globals'
import { contractCases } from '../src/index.js'
import { FLAWS, type Flaw, houseSubject } from './support/house-service.js'

/** The names of the cases that fail, and what each says. */
async function failuresOf(flaw?: Flaw): Promise<Map<string, string>> {
  const failures = new Map<string, string>()
  for (const { name, run } of contractCases(houseSubject(flaw)).cases)
    await run().catch((error: Error) => failures.set(name, error.message))
  return failures
}

test('a service without a flaw keeps the whole contract', async () => {
  expect(await failuresOf()).toEqual(new Map())
})

/** Where each flaw must be found, and where alone it may be. */
const FOUND: Record<Flaw, { in: string[]; within: RegExp }> = {
  'a digest is hashed once more': {
    in: ['RS256: every input', 'ES256: every input', 'ES256: messages of any length', 'ES256: a stream'],
    within: /^(RS256|PS256|ES256|ES256K|alias):/,
  },
  'the longest salt': {
    in: ['PS256: every input', 'PS256: messages of any length'],
    within: /^PS256:/,
  },
  'a high s where a low one is promised': { in: ['ES256K: s is low'], within: /^ES256K:/ },
  'r and s without their leading zeros': {
    in: ['ES256: every input', 'ES256K: every input', 'ES256: messages of any length'],
    within: /^(ES256K?|alias):/,
  },
  'an error that is swallowed': {
    in: ['failure KeyDisabled: a key that is KeyDisabled, sign of the provider', 'failure Throttled:'],
    within: /^failure/,
  },
  'a secret in the text of an error': {
    in: ['failure KeyDisabled:', 'failure Internal:'],
    within: /^failure/,
  },
  'an abort that is ignored': {
    in: [
      'abort: signing ends soon',
      'abort: reading the public key ends soon',
      'abort: the connection is freed',
      "abort: a signal in the place of core's ends a call",
    ],
    within: /^abort/,
  },
  'an abort that leaves its connection open': {
    in: ['abort: the connection is freed'],
    within: /^abort: the connection/,
  },
  'the id of another key': { in: ['RS256: every input', 'ES256: the result says'], within: /./ },
  'a signature that is cut short': { in: ['RS256: every input', 'ES256: every input'], within: /./ },
  'an algorithm that is not looked at': {
    in: ['PS256: every input', 'PS256: messages of any length'],
    within: /^PS256:/,
  },
  'the public key of another key': {
    in: [
      "RS256: the public key is the key's",
      "ES256: the public key is the key's",
      'ES256: messages of any length',
    ],
    within: /./,
  },
  'a failure of its own while the service only stalls': {
    in: ['abort: signing ends soon', 'abort: reading the public key ends soon', 'abort: a signer says'],
    within: /^(abort|timeout)/,
  },
  'a public key that is kept although the alias has moved': {
    in: ['alias: the provider gives the public key', 'alias: the next signature is by the new key'],
    within: /^alias/,
  },
}

describe('the suite finds', () => {
  test.each(FLAWS)('%s', async (flaw) => {
    const names = [...(await failuresOf(flaw)).keys()]
    for (const expected of FOUND[flaw].in) expect(names).toContainEqual(expect.stringContaining(expected))
    expect(names.filter((name) => !FOUND[flaw].within.test(name))).toEqual([])
  })
})
