import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { type AlgorithmName, createVerifier, PublicKey } from '@signport/core'
import { compactVerify, generalVerify, importJWK, type JWK } from 'jose'
import { signJws } from '../src/index.js'
import { verifiedBy } from './support/oracles.js'
import { A2, A3, A4, CLAIMS_WITH_LINES, ED25519, mlDsaExample, THUMBPRINT } from './support/rfc-examples.js'
import { signerOf } from './support/signers.js'

const publicHalf = ({ d: _, p: _p, q: _q, dp: _dp, dq: _dq, qi: _qi, priv: _priv, ...jwk }: JWK) => jwk

/** Whether the verifier of core takes the signature of an example. */
function isValid(algorithm: AlgorithmName, jws: string, jwk: JWK): Promise<boolean> {
  const [header, payload, signature = ''] = jws.split('.')
  const verifier = createVerifier({
    publicKey: publicHalf(jwk) as never,
    algorithm,
    encoding: 'ieee-p1363',
  })
  return verifier.verify(Buffer.from(`${header}.${payload}`), Buffer.from(signature, 'base64url'))
}

const signingInput = (jws: string) => jws.split('.').slice(0, 2).join('.')

const rfc7520 = JSON.parse(readFileSync(new URL('examples/rfc7520.json', import.meta.url), 'utf8'))

describe('RFC 7515 appendix A', () => {
  test('A.2: the token of RS256 comes out byte for byte', async () => {
    const signer = signerOf('RS256', { ...A2.jwk })
    expect(await signJws(signer, CLAIMS_WITH_LINES, { kid: false })).toBe(A2.jws)
  })

  test.each([
    ['A.3', 'ES256', A3, CLAIMS_WITH_LINES],
    ['A.4', 'ES512', A4, Buffer.from('Payload')],
  ] as const)(
    '%s: what %s signs is the same, and its signature is valid',
    async (_, name, example, payload) => {
      const jws = await signJws(signerOf(name, { ...example.jwk }), payload, { kid: false })
      expect(signingInput(jws)).toBe(signingInput(example.jws))
      expect(await isValid(name, example.jws, example.jwk)).toBe(true)
      expect(await isValid(name, jws, example.jwk)).toBe(true)
      expect(await verifiedBy('jose', jws, publicHalf(example.jwk))).toEqual(payload)
    },
  )

  const signers = [
    { signer: signerOf('RS256', { ...A2.jwk }, { kid: '2010-12-29' }), unprotected: { kid: '2010-12-29' } },
    {
      signer: signerOf('ES256', { ...A3.jwk }, { kid: 'e9bc097a-ce51-4036-9562-d2ade882db0d' }),
      unprotected: { kid: 'e9bc097a-ce51-4036-9562-d2ade882db0d' },
    },
  ]

  test('A.6: two signers make one JWS, with the names of the keys beside the signatures', async () => {
    const jws = await signJws(signers, CLAIMS_WITH_LINES, { serialization: 'general', kid: false })
    const [, payload, signature] = A2.jws.split('.')
    expect(jws).toEqual({
      payload,
      signatures: [
        { protected: 'eyJhbGciOiJSUzI1NiJ9', header: { kid: '2010-12-29' }, signature },
        {
          protected: 'eyJhbGciOiJFUzI1NiJ9',
          header: { kid: 'e9bc097a-ce51-4036-9562-d2ade882db0d' },
          signature: expect.stringMatching(/^[\w-]{86}$/),
        },
      ],
    })
    for (const { jwk, alg } of [
      { jwk: A2.jwk, alg: 'RS256' },
      { jwk: A3.jwk, alg: 'ES256' },
    ]) {
      const { payload: verified } = await generalVerify(jws as never, await importJWK(publicHalf(jwk), alg))
      expect(Buffer.from(verified)).toEqual(CLAIMS_WITH_LINES)
    }
  })

  test('A.7: the flattened one has the same members', async () => {
    const { signer, unprotected } = signers[1] as (typeof signers)[number]
    const options = { serialization: 'flattened', kid: false, unprotected } as const
    const jws = await signJws(signer, CLAIMS_WITH_LINES, options)
    expect(jws).toEqual({
      payload: A3.jws.split('.')[1],
      protected: 'eyJhbGciOiJFUzI1NiJ9',
      header: { kid: 'e9bc097a-ce51-4036-9562-d2ade882db0d' },
      signature: expect.stringMatching(/^[\w-]{86}$/),
    })
  })
})

describe('thumbprints', () => {
  test('RFC 7638 section 3.1: the key of the example has its thumbprint', () => {
    expect(PublicKey.from({ ...THUMBPRINT.jwk }).thumbprint).toBe(THUMBPRINT.thumbprint)
  })

  test('RFC 8037 appendix A.3: so has the one of Ed25519, and tokens name the key by it', async () => {
    const jws = await signJws(signerOf('Ed25519', { ...ED25519.jwk }), Buffer.from('x'))
    expect(Buffer.from(jws.split('.')[0] ?? '', 'base64url').toString()).toBe(
      `{"alg":"Ed25519","kid":"${ED25519.thumbprint}"}`,
    )
  })
})

test('RFC 8037 appendix A.4: the token of EdDSA comes out byte for byte', async () => {
  const payload = Buffer.from('Example of Ed25519 signing')
  const options = { kid: false, header: { alg: 'EdDSA' } } as const
  expect(await signJws(signerOf('Ed25519', { ...ED25519.jwk }), payload, options)).toBe(ED25519.jws)
})

describe('RFC 7797 section 4', () => {
  test.each([
    [{}, '{"alg":"ES256"}', 'JC4wMg'],
    [{ b64: false, detached: true }, '{"alg":"ES256","b64":false,"crit":["b64"]}', ''],
  ] as const)('with the options %j the header is %s', async (options, header, payload) => {
    const jws = await signJws(signerOf('ES256'), Buffer.from('$.02'), { ...options, kid: false })
    const [encoded, middle] = jws.split('.')
    expect(Buffer.from(encoded ?? '', 'base64url').toString()).toBe(header)
    expect(middle).toBe(payload)
  })

  test('section 4.2: what is signed is the header, a full stop, and the payload as it is', async () => {
    const signer = signerOf('ES256')
    const options = { b64: false, detached: true, kid: false } as const
    const [header, , signature = ''] = (await signJws(signer, Buffer.from('$.02'), options)).split('.')
    const bytes = Buffer.from(signature, 'base64url')
    const verify = (text: string) => signer.verify(Buffer.from(text), bytes, { encoding: 'ieee-p1363' })
    expect(header).toBe('eyJhbGciOiJFUzI1NiIsImI2NCI6ZmFsc2UsImNyaXQiOlsiYjY0Il19')
    expect(await verify(`${header}.$.02`)).toBe(true)
    expect(await verify(`${header}.JC4wMg`)).toBe(false)
  })
})

describe('RFC 7520', () => {
  const payload = Buffer.from(rfc7520.payload)
  const configured = { kid: rfc7520.kid }

  test('section 4.1: the token of RS256 comes out byte for byte, with the kid of its signer', async () => {
    expect(await signJws(signerOf('RS256', rfc7520.rsa, configured), payload)).toBe(rfc7520.rs256)
  })

  test.each([
    ['4.2', 'PS384', rfc7520.ps384, rfc7520.rsa],
    ['4.3', 'ES512', rfc7520.es512, rfc7520.ec],
  ] as const)(
    'section %s: what %s signs is the same, and both signatures are valid',
    async (_, name, example, jwk) => {
      const jws = await signJws(signerOf(name, jwk, configured), payload)
      expect(signingInput(jws)).toBe(signingInput(example))
      expect(await isValid(name, example, jwk)).toBe(true)
      expect(await isValid(name, jws, jwk)).toBe(true)
    },
  )

  test('section 4.8: the first of its signatures comes out byte for byte', async () => {
    const signer = signerOf('RS256', rfc7520.rsa, configured)
    const options = { serialization: 'general', kid: false, unprotected: configured } as const
    expect(await signJws([signer], payload, options)).toEqual({
      payload: payload.toString('base64url'),
      signatures: [rfc7520.multiple],
    })
  })
})

describe('RFC 9964', () => {
  const payload = Buffer.from('It’s a dangerous business, Frodo, going out your door.')

  test.each([44, 65, 87] as const)(
    'the example of ML-DSA-%i: its signature is valid, and so is ours',
    async (set) => {
      const { jwk, jws: example } = mlDsaExample(set)
      const name = `ML-DSA-${set}` as const
      const jws = await signJws(signerOf(name, jwk as never), payload)
      expect(signingInput(jws)).toBe(signingInput(example))
      expect(PublicKey.from(publicHalf(jwk as JWK) as never).thumbprint).toBe(jwk.kid)
      expect(await isValid(name, example, jwk as JWK)).toBe(true)
      expect(await verifiedBy('noble', jws, jwk as JWK)).toEqual(payload)
    },
  )
})

test('jose takes the examples that it is given here, so that it can be the judge of ours', async () => {
  const key = await importJWK(publicHalf(A3.jwk), 'ES256')
  expect(Buffer.from((await compactVerify(A3.jws, key)).payload)).toEqual(CLAIMS_WITH_LINES)
})
