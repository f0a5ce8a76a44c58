import assert from 'node:assert/strict'
import { createPublicKey, type JsonWebKey } from 'node:crypto'
import type { ProviderPublicKey } from '@signport/core'
import { answeredSpki, derOf } from '../answered-key.js'
import type { ContractCase, ContractSubject } from '../contract-case.js'
import type { KeyUnderTest } from '../key-under-test.js'
import { spkiOf } from '../oracle.js'
import { withProvider, withSigner } from '../with-provider.js'

/** The public key, as the provider gives it and as users get it. */
export function keyCases(subject: ContractSubject, key: KeyUnderTest): ContractCase[] {
  const { algorithm, keyId, publicKey, otherNames = [] } = key
  const expected = spkiOf(publicKey)
  const names = [keyId, ...otherNames]
  const fetched = async (how: { algorithm?: typeof algorithm }) =>
    withProvider(subject.create, async (provider) => {
      for (const name of names) assertKey(await provider.getPublicKey({ keyId: name, ...how }, {}), key)
    })
  return [
    { name: `${algorithm.name}: the public key is the key's`, run: () => fetched({ algorithm }) },
    {
      name: `${algorithm.name}: the public key can be read before the algorithm is known`,
      run: () => fetched({}),
    },
    {
      name: `${algorithm.name}: the public key in all its forms`,
      run: () =>
        withSigner(subject, key, async (signer) => {
          const given = await signer.publicKey()
          assert.deepEqual(given.toSpki(), expected, 'SPKI')
          assert.deepEqual(spkiOf(given.toPem()), expected, 'PEM')
          if (given.isNative) assert.deepEqual(derOf(given.toKeyObject()), expected, 'KeyObject')
          if (algorithm.scheme === 'sm2') return
          const jwk = given.toJwk()
          assert.equal(jwk.kid, given.thumbprint, 'the kid of the JWK is its thumbprint')
          // node:crypto knows no JWK of ML-DSA.
          if ('crv' in jwk || jwk.kty === 'RSA')
            assert.deepEqual(
              derOf(createPublicKey({ key: { ...jwk } as JsonWebKey, format: 'jwk' })),
              expected,
              'JWK',
            )
        }),
    },
  ]
}

function assertKey(answer: ProviderPublicKey, key: KeyUnderTest): void {
  const { keyId } = answer
  assert.deepEqual(answeredSpki(answer), spkiOf(key.publicKey), 'the public key is that of another key')
  assert.notEqual(keyId, '', 'what is not known is left out')
  if (key.reportedKeyId !== undefined && keyId !== undefined)
    assert.equal(keyId, key.reportedKeyId, 'the answer names another key')
}
