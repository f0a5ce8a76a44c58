import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { readKeyAnswer, readSignAnswer } from '../../src/protocol/index.js'
import { everythingOf, failureOf } from '../support/failure.js'

const Signature = Uint8Array.of(1)
const UUID = '1234abcd-12ab-34cd-56ef-1234567890ab'
const ARN = `arn:aws:kms:us-east-1:111122223333:key/${UUID}`
const SECRET = 'a-secret-that-nobody-may-see'

const asked = (keyId = 'alias/a', secrets: readonly string[] = [SECRET]) => ({
  provider: 'p',
  keyId,
  wireName: 'OWN-NAME',
  secrets: () => secrets,
})

describe('the names in an answer are handed over', () => {
  test.each<[string, string, string]>([
    ["a key's ARN", 'alias/a', ARN],
    ['a key id', 'alias/a', UUID],
    ["another server's ARN", 'alias/a', 'arn:verenc:111122223333:key/1234'],
    ['what was asked for', `key/${SECRET}`, SECRET],
  ])('when the key is called by %s', (_, keyId, KeyId) => {
    expect(readSignAnswer({ KeyId, Signature }, asked(keyId)).keyId).toBe(KeyId)
    expect(readKeyAnswer({ KeyId, PublicKey: Signature }, asked(keyId)).keyId).toBe(KeyId)
  })

  test("when a key's ARN is part of what was signed", () => {
    expect(readSignAnswer({ KeyId: ARN, Signature }, asked('alias/a', [ARN, `Key: ${ARN}`])).keyId).toBe(ARN)
  })

  test.each(['ECDSA_SHA_256', 'eddsa_ed25519', 'OWN-NAME'])('when the algorithm is called %s', (wireName) => {
    expect(readSignAnswer({ Signature, SigningAlgorithm: wireName }, asked()).wireName).toBe(wireName)
  })
})

describe('an answer is refused, and not quoted', () => {
  test.each<[string, string]>([
    ['empty', ''],
    ['a sentence', 'not a name'],
    ['beyond ASCII', 'schlüssel'],
    ['too long', 'k'.repeat(2049)],
    ['a secret', SECRET],
    ['a secret with more around it', `arn:aws:kms:us-east-1:111122223333:key/${SECRET}`],
    ['a piece of a secret', `key/${SECRET.slice(3, 20)}`],
    ['an access key id', 'AKIAIOSFODNN7EXAMPLE'],
    ['with a line end', 'key\n'],
  ])('with a key id that is %s', async (_, KeyId) => {
    for (const read of [
      () => readSignAnswer({ KeyId, Signature }, asked()),
      () => readKeyAnswer({ KeyId, PublicKey: Signature }, asked()),
    ]) {
      const error = await failureOf(read)
      expect(error).toMatchObject({ code: 'InvalidResponse', provider: 'p', keyId: 'alias/a' })
      expect(error.message).toBe('p answered for the key alias/a with something else than the name of a key.')
      if (KeyId) expect(everythingOf(error)).not.toContain(KeyId)
    }
  })

  test.each<[string, string, readonly string[]]>([
    ['a sentence', 'pay 100 to Mallory', []],
    ['a message of one word', 'Mallory_and_Bob', ['Mallory_and_Bob']],
    ['an access key id', 'AKIAIOSFODNN7EXAMPLE', []],
    ['too long', 'A'.repeat(65), []],
    ['another name with a hyphen', 'OTHER-NAME', []],
  ])('with an algorithm that is %s', async (_, SigningAlgorithm, secrets) => {
    const error = await failureOf(() =>
      readSignAnswer({ Signature, SigningAlgorithm }, asked('alias/a', secrets)),
    )
    expect(error).toMatchObject({ code: 'InvalidResponse' })
    expect(everythingOf(error)).not.toContain(SigningAlgorithm)
  })

  test('whenever there is a secret in a name, wherever it stands', () => {
    const around = fc.stringMatching(/^[!-~]{0,20}$/)
    const secret = fc.stringMatching(/^[!-~]{8,60}$/)
    fc.assert(
      fc.property(around, secret, around, (before, hidden, after) => {
        const KeyId = `${before}${hidden}${after}`
        fc.pre(!'alias/a'.includes(KeyId))
        expect(() => readSignAnswer({ KeyId, Signature }, asked('alias/a', [hidden]))).toThrow(
          'something else than the name of a key',
        )
      }),
    )
  })
})
