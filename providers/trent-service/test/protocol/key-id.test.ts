import { describe, expect, test } from '@jest/globals'
import { SigningError } from '@signport/core'
import fc from 'fast-check'
import { assertKeyId, assertSameKey, partitionOf } from '../../src/protocol/index.js'
import { failureOf } from '../support/failure.js'

const ID = '1234abcd-12ab-34cd-56ef-1234567890ab'
const ARN = `arn:aws:kms:eu-west-1:111122223333:key/${ID}`
const check = (keyId: string, region?: string) => assertKeyId(keyId, { provider: 'p', region })

describe('a key id', () => {
  test.each([
    ID,
    `mrk-${ID.replaceAll('-', '')}`,
    'alias/invoices',
    'alias/a/b-c_d',
    ARN,
    'arn:aws:kms:eu-west-1:111122223333:alias/invoices',
    `arn:verenc:111122223333:key/${ID}`,
    'any-name.of:a+server',
    'x'.repeat(2048),
  ])('may be %s', (keyId) => {
    expect(() => check(keyId)).not.toThrow()
    expect(() => check(keyId, 'eu-west-1')).not.toThrow()
  })

  test.each<[string, string]>([
    ['empty', ''],
    ['too long', 'x'.repeat(2049)],
    ['with a space', 'alias/a b'],
    ['with a line break', 'a\r\nb'],
    ['with a null', 'a\0b'],
    ['with a letter that is not ASCII', 'alias/schlüssel'],
    ['with a sign from beyond the first plane', 'alias/𝄞'],
    ['with a character that turns the text round', 'alias/\u202ea'],
    ['of another service', ARN.replace(':kms:', ':s3:')],
    ['of something else than a key', ARN.replace(':key/', ':grant/')],
    ['without an id', 'arn:aws:kms:eu-west-1:111122223333:key/'],
  ])('must not be %s', async (_, keyId) => {
    const error = await failureOf(() => check(keyId))
    expect(error).toMatchObject({ code: 'InvalidArgument', provider: 'p' })
    expect(error.message).toMatch(/^keyId must be /)
    expect(error.message).not.toMatch(/[\r\n\0\u202e]/)
  })

  test.each<[string, string, string]>([
    [
      ARN,
      'eu-central-1',
      `The region of the key ${ARN} is 'eu-west-1', but the provider's is 'eu-central-1'`,
    ],
    [ARN.replace('arn:aws:', 'arn:aws-cn:'), 'eu-west-1', `is 'aws-cn', but the provider's is 'aws'`],
    [ARN.replace('eu-west-1', 'cn-north-1'), 'cn-north-1', `is 'aws', but the provider's is 'aws-cn'`],
    [ARN.replace('eu-west-1', ''), 'eu-west-1', `is '', but the provider's is 'eu-west-1'`],
  ])('such as %s is not one of %s', async (keyId, region, message) => {
    const error = await failureOf(() => check(keyId, region))
    expect(error).toMatchObject({ code: 'Configuration' })
    expect(error.message).toContain(message)
  })

  test('of any text is accepted or refused with a SigningError', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.string().map((text) => `arn:aws:kms:${text}`),
        ),
        (keyId) => {
          try {
            check(keyId, 'eu-west-1')
            expect(keyId).toMatch(/^[\x21-\x7e]{1,2048}$/)
          } catch (error) {
            expect(SigningError.is(error)).toBe(true)
          }
        },
      ),
    )
  })
})

describe('the key that answered', () => {
  const OTHER = ID.replace('1', '2')

  test.each<[string, string | undefined]>([
    [ID, undefined],
    [ID, ID],
    [ID, ID.toUpperCase()],
    [ID, ARN],
    [ARN, ID],
    [ARN, `arn:verenc:111122223333:key/${ID}`],
    ['alias/invoices', ARN],
    ['arn:aws:kms:eu-west-1:111122223333:alias/invoices', ARN],
    ['name', 'another name'],
    [ID, 'alias/invoices'],
  ])('may be, for %s, %s', (asked, answered) => {
    expect(() => assertSameKey(asked, answered, 'p')).not.toThrow()
  })

  test.each<[string, string]>([
    [ID, OTHER],
    [ARN, ARN.replace(ID, OTHER)],
    [ARN, OTHER],
    [ID, `arn:verenc:111122223333:key/${OTHER}`],
    [`mrk-${ID.replaceAll('-', '')}`, `mrk-${OTHER.replaceAll('-', '')}`],
  ])('must not be, for %s, %s', async (asked, answered) => {
    const error = await failureOf(() => assertSameKey(asked, answered, 'p'))
    expect(error).toMatchObject({ code: 'KeyMismatch', keyId: asked })
  })
})

test.each([
  ['eu-west-1', 'aws'],
  ['cn-north-1', 'aws-cn'],
  ['us-gov-east-1', 'aws-us-gov'],
])('the region %s is in the partition %s', (region, partition) => {
  expect(partitionOf(region)).toBe(partition)
})
