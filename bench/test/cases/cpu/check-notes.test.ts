import { expect, test } from '@jest/globals'
import { checkNotes, notesOn } from '../../../src/cases/cpu/check-notes.js'
import { OPENAPI, OPENAPI_FLOOR } from '../../../src/clients/alibaba-names.js'
import { AWS_FLOOR, AWS_KMS, RAW_SDK, TRENT } from '../../../src/clients/aws-names.js'
import { checked, checkedDigest, unchecked } from '../../../src/clients/check-names.js'
import { KMS_ALGORITHMS } from '../../../src/kms/kms.js'

test.each(KMS_ALGORITHMS)('each check with %s was seen to be the one that is named', async (algorithm) => {
  const names = [AWS_FLOOR, RAW_SDK, ...[TRENT, AWS_KMS].flatMap(withChecks)]
  expect([...(await checkNotes('aws-checks', algorithm, names))]).toEqual([
    [checked(TRENT), 'check: native over the message'],
    [checkedDigest(TRENT), 'check: prehashed'],
    [checked(AWS_KMS), 'check: native over the message'],
    [checkedDigest(AWS_KMS), 'check: prehashed'],
  ])
})

test('a request that is signed in the thread pool is no check', async () => {
  const names = [
    OPENAPI_FLOOR,
    'bare HTTP and an RSA-2048 signature',
    ...[OPENAPI, 'instance'].flatMap(withChecks),
  ]
  expect([...(await checkNotes('alibaba-checks', 'RS256', names))]).toEqual([
    [checked(OPENAPI), 'check: native over the message'],
    [checkedDigest(OPENAPI), 'check: prehashed'],
    [checked('instance'), 'check: native over the message'],
    [checkedDigest('instance'), 'check: prehashed'],
  ])
})

test.each([
  [checked(TRENT), false, 'trent-service, check on lets through a signature that is wrong'],
  [checkedDigest(TRENT), false, 'trent-service, check on, signDigest lets through a signature that is wrong'],
  [unchecked(TRENT), true, 'trent-service, check off keeps back a signature that is wrong'],
  [RAW_SDK, true, 'raw AWS SDK keeps back a signature that is wrong'],
])('%s is not what it is called where refusing is %s', (name, refuses, message) => {
  expect(() => notesOn({ [name]: { refuses, native: 1 } })).toThrow(message)
})

function withChecks(name: string): readonly string[] {
  return [unchecked, checked, checkedDigest].map((named) => named(name))
}
