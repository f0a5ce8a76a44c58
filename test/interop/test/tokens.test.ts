import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { algorithmNames, algorithms } from '@signport/core'
import { signJws } from '@signport/jose'
import { FORGERY_NAMES, forge } from '../src/forgeries.js'
import { CLAIMS, headerFor, headerNames, signSample } from '../src/sample-token.js'
import { TOKEN_ALGORITHMS } from '../src/token-keys.js'
import { TOKEN_CASES, TOKEN_MATRIX, TOKEN_PROVIDERS } from '../src/token-providers.js'
import { startTokenServices, type TokenServices } from '../src/token-services.js'
import { headerOf, STRANGERS, type Stranger, strangersFor } from './support/strangers.js'

/** Ed25519 has no digest, and these services take messages of 4,096 bytes. */
const TOO_MUCH_FOR = ['aws-kms Ed25519', 'trent-service Ed25519']

/** Every provider, algorithm, `alg` and verifier that go together. */
const JUDGED = TOKEN_CASES.flatMap(([provider, algorithm]) =>
  headerNames(algorithm).flatMap((alg) =>
    strangersFor(alg).map((stranger) => [provider, algorithm, alg, stranger] as const),
  ),
)

/** How strangers refuse a forged token. Whatever else goes wrong is no refusal. */
const REFUSED = /signature|not valid|not permitted|not allowed|invalid algorithm/i

/** How libraries for tokens say that they do not have an algorithm, and Node for them: the last of each. */
const REFUSALS: Readonly<Record<string, RegExp>> = {
  jose: /unsupported|not supported|^Unrecognized algorithm name/i,
  jsonwebtoken: /^"alg" parameter for "ec" key type must be|^Unknown key type|'key\.kty'/,
}

let services: TokenServices

beforeAll(async () => {
  services = await startTokenServices()
})
afterAll(() => services.close())

const strangerNamed = (name: string): Stranger => {
  const stranger = STRANGERS[name]
  if (!stranger) throw new TypeError(`There is no stranger ${name}.`)
  return stranger
}

describe('what there is', () => {
  test('is every algorithm that JOSE has a name for', () => {
    const named = algorithms.filter((row) => algorithmNames(row).jose.length > 0)
    expect(TOKEN_ALGORITHMS).toEqual(named.map(({ name }) => name))
    expect(named.flatMap((row) => algorithmNames(row).jose)).toEqual(TOKEN_ALGORITHMS.flatMap(headerNames))
  })

  test.each(TOKEN_PROVIDERS)('is all that %s has of them', (name) => {
    const has = algorithms.filter(
      (row) =>
        algorithmNames(row).jose.length > 0 &&
        services.provider(name).support(row, 'alias/any') !== undefined,
    )
    expect(TOKEN_MATRIX[name]).toEqual(has.map((row) => row.name))
  })

  test('has somebody else to verify each of them', () => {
    const judged = TOKEN_ALGORITHMS.flatMap(headerNames).filter((alg) => strangersFor(alg).length > 0)
    expect(judged).toEqual(TOKEN_ALGORITHMS.flatMap(headerNames))
    expect(JUDGED.length).toBeGreaterThan(100)
  })
})

describe.each(JUDGED)('%s with %s, alg %s, according to %s', (provider, algorithm, alg, name) => {
  const stranger = strangerNamed(name)
  const sign = () => signSample(services.signer(provider, algorithm), headerFor(algorithm, alg))

  test('a token is valid', async () => {
    const token = await sign()
    const { thumbprint } = await services.signer(provider, algorithm).publicKey()
    expect(headerOf(token)).toEqual({ alg, kid: thumbprint, typ: 'JWT' })
    const claims = await stranger.claims(token, services.keySetUrl(provider))
    expect(claims).toEqual({ ...CLAIMS, iat: expect.any(Number), exp: expect.any(Number) })
  })

  test('a token that was tampered with is not', async () => {
    const token = await sign()
    for (const forgery of FORGERY_NAMES) {
      const verdict = stranger.claims(forge(token, forgery), services.keySetUrl(provider))
      await expect(verdict.then(() => forgery)).rejects.toThrow(REFUSED)
    }
  })
})

describe('a control', () => {
  const missingIn = (name: string) =>
    TOKEN_ALGORITHMS.flatMap((algorithm) =>
      headerNames(algorithm)
        .filter((alg) => !strangersFor(alg).includes(name))
        .map((alg) => ({ algorithm, alg })),
    )

  test.each(Object.keys(REFUSALS))('of %s: it has no algorithm that it is said not to have', async (name) => {
    const missing = missingIn(name)
    expect(missing.length).toBeGreaterThan(0)
    for (const { algorithm, alg } of missing) {
      const token = await signSample(services.signer('local', algorithm), headerFor(algorithm, alg))
      const verdict = strangerNamed(name).claims(token, services.keySetUrl('local'), [alg])
      await expect(verdict.then(() => alg)).rejects.toThrow(REFUSALS[name])
    }
  })
})

describe('a payload of two megabytes', () => {
  const payload = randomBytes(2 * 1024 * 1024)
  const isTooMuch = ([provider, algorithm]: (typeof TOKEN_CASES)[number]) =>
    TOO_MUCH_FOR.includes(`${provider} ${algorithm}`)

  test.each(TOKEN_CASES.filter((each) => !isTooMuch(each)))(
    'is signed by %s with %s',
    async (name, algorithm) => {
      const token = await signJws(services.signer(name, algorithm), payload)
      const judges = strangersFor(algorithm)
        .map(strangerNamed)
        .filter((stranger) => stranger.payload)
      expect(judges.length).toBeGreaterThan(0)
      for (const judge of judges) {
        const verified = await judge.payload?.(token, services.keySetUrl(name))
        expect(verified && payload.equals(verified)).toBe(true)
      }
    },
  )

  test.each(TOKEN_CASES.filter(isTooMuch))('is refused by %s with %s, unasked', async (name, algorithm) => {
    // With a configured kid, the service is asked for nothing before the signature.
    const signer = services.signerWith(name, algorithm, { kid: '2026-11' })
    const before = services.newestRequest()
    await expect(signJws(signer, payload)).rejects.toMatchObject({
      code: 'MessageTooLarge',
      message: expect.stringContaining('4096'),
    })
    expect(services.newestRequest()).toBe(before)
    // What is looked at is what comes.
    await signJws(signer, Buffer.from('short'))
    expect(services.newestRequest()).not.toBe(before)
  })

  test('is too much where the message is sent itself, and nowhere else', () => {
    expect(TOKEN_CASES.filter(isTooMuch).map((each) => each.join(' '))).toEqual(TOO_MUCH_FOR)
  })
})
