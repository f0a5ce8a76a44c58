import { describe, expect, test } from '@jest/globals'
import { createRotatingSigner, createSigner, type Signer } from '@signport/core'
import { signJws } from '../src/index.js'
import { failure, failureText } from './support/failure.js'
import { partOf, publicJwkOf, verifiedBy } from './support/oracles.js'
import { AliasService, keyFor, newP256, signerOf } from './support/signers.js'

const payload = Buffer.from('payload')
const call = signJws as (...args: unknown[]) => Promise<unknown>

describe('a rotation that takes place while it signs', () => {
  const HOUR_MS = 3_600_000
  const START_MS = 1_795_334_400_000

  test.each([
    ['with kids that are configured', 'a', 'b'],
    ['with thumbprints', undefined, undefined],
  ])('signs all by one key, %s', async (_, firstKid, nextKid) => {
    const named = (kid: string | undefined) => (kid === undefined ? {} : { kid })
    const first = signerOf('ES256', keyFor('ES256'), named(firstKid))
    const next = signerOf('Ed25519', keyFor('Ed25519'), named(nextKid))
    let time = START_MS
    const rotating = createRotatingSigner({
      active: { signer: first },
      next: {
        signer: next,
        published: new Date(START_MS - HOUR_MS),
        activateAt: new Date(START_MS + HOUR_MS),
      },
      cacheLifetimeMs: 600_000,
      tokenLifetimeMs: HOUR_MS,
      now: () => time,
    })
    const early = signJws(rotating, payload)
    time += HOUR_MS
    const late = signJws(rotating, payload)
    for (const [jws, signer, alg, kid] of [
      [await early, first, 'ES256', firstKid],
      [await late, next, 'Ed25519', nextKid],
    ] as const) {
      const jwk = await publicJwkOf(signer)
      expect(partOf(jws, 0)).toEqual({ alg, kid: kid ?? jwk.kid })
      expect(await verifiedBy('jose', jws, jwk)).toEqual(payload)
    }
  })
})

describe('something that stands in for signers', () => {
  const [one, other] = [signerOf('ES256'), signerOf('PS256')]
  let chosen: Signer = one
  const standIn = {
    get algorithm() {
      return chosen.algorithm
    },
    provider: 'house',
    keyId: 'k',
    sign: (...args: Parameters<Signer['sign']>) => chosen.sign(...args),
    publicKey: () => chosen.publicKey(),
  } as unknown as Signer

  test('gets no header of one algorithm with the signature of another', async () => {
    const pending = signJws(standIn, payload, { kid: false })
    chosen = other
    const error = await failure(() => pending, 'SignatureCheckFailed')
    expect(error.message).toBe(
      'The signer came to be one of another algorithm while it signed, and the header says ES256: sign again.',
    )
    expect(error.retryable).toBe(true)
    const jws = await signJws(standIn, payload, { kid: false })
    expect(partOf(jws, 0)).toEqual({ alg: 'PS256' })
    expect(await verifiedBy('jose', jws, await publicJwkOf(other))).toEqual(payload)
  })

  test.each<[string, object, string]>([
    [
      'without a public key',
      { sign() {}, algorithm: 'ES256' },
      'The signer must be a Signer, not an object.',
    ],
    ['with a kid that is a number', { kid: 42 }, "The signer's kid must be text, not a number."],
    ['with an empty kid', { kid: '' }, "The signer's kid must be text, not an empty text."],
  ])('%s is refused', async (_, members, text) => {
    const complete = { sign: one.sign, publicKey: () => one.publicKey(), algorithm: 'ES256' }
    const signer = 'kid' in members ? { ...complete, ...members } : members
    expect(await failureText(() => call(signer, payload))).toBe(`TypeError: ${text}`)
  })
})

describe('a key in the header', () => {
  const remote = (service: AliasService) =>
    createSigner({ provider: service, keyId: 'k', algorithm: 'ES256', onKeyChange: () => undefined })
  const place = /^header\.jwk is not the key that signs, whose thumbprint is [\w-]{43}\.$/

  test('that is another one is refused before anything is signed', async () => {
    const service = new AliasService(newP256())
    const jwk = (await signerOf('ES256').publicKey()).toJwk()
    const options = { header: { jwk }, kid: false } as const
    const error = await failure(() => signJws(remote(service), payload, options), 'InvalidArgument')
    expect(error.message).toMatch(place)
    expect(service.asked).toEqual(['getPublicKey'])
  })

  test('that was the one until the alias was moved is refused after it', async () => {
    const service = new AliasService(newP256())
    const signer = remote(service)
    const jwk = (await signer.publicKey()).toJwk()
    service.beforeSigning = () => service.moveTo(newP256())
    const options = { header: { jwk }, kid: false } as const
    const error = await failure(() => signJws(signer, payload, options), 'InvalidArgument')
    expect(error.message).toMatch(place)
    expect(service.asked).toContain('sign')
  })
})
