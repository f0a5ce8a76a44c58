import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { type IamUse, iamPolicies } from '../../src/protocol/index.js'
import { iamAllows } from '../support/iam.js'

const ID = '1234abcd-12ab-34cd-56ef-1234567890ab'
const OTHER_ID = '99999999-12ab-34cd-56ef-1234567890ab'
const ARN = `arn:aws:kms:eu-west-1:111122223333:key/${ID}`
const BOTH = ['sign', 'getPublicKey'] as const
const use = (keyId: string, more: Partial<IamUse> = {}): IamUse => ({
  keyId,
  region: 'eu-west-1',
  operations: BOTH,
  ...more,
})
const documentsOf = (...uses: IamUse[]) => iamPolicies(uses).map(({ document }) => document)
const document = (...Statement: object[]) => ({ Version: '2012-10-17', Statement })
const allow = (Action: string[], ...Resource: string[]) => ({ Effect: 'Allow', Action, Resource })
const aliased = (...names: string[]) => ({ Condition: { StringEquals: { 'kms:RequestAlias': names } } })
const [SIGN, KEY] = ['kms:Sign', 'kms:GetPublicKey'] as const

describe('the document', () => {
  test.each<[string, IamUse[], object[]]>([
    ['an ARN', [use(ARN)], [document(allow([SIGN, KEY], ARN))]],
    ['an id', [use(ID)], [document(allow([SIGN, KEY], `arn:aws:kms:eu-west-1:*:key/${ID}`))]],
    [
      'a multi-Region key',
      [use('mrk-1234abcd12ab34cd56ef1234567890ab', { region: 'us-east-1' })],
      [document(allow([SIGN, KEY], 'arn:aws:kms:us-east-1:*:key/mrk-1234abcd12ab34cd56ef1234567890ab'))],
    ],
    [
      'an alias',
      [use('alias/invoices')],
      [document({ ...allow([SIGN, KEY], 'arn:aws:kms:eu-west-1:*:key/*'), ...aliased('alias/invoices') })],
    ],
    [
      "an alias's ARN",
      [use('arn:aws:kms:eu-west-1:111122223333:alias/in/voices')],
      [
        document({
          ...allow([SIGN, KEY], 'arn:aws:kms:eu-west-1:111122223333:key/*'),
          ...aliased('alias/in/voices'),
        }),
      ],
    ],
    ['signing alone', [use(ARN, { operations: ['sign'] })], [document(allow([SIGN], ARN))]],
    ['reading the key alone', [use(ARN, { operations: ['getPublicKey'] })], [document(allow([KEY], ARN))]],
    ['nothing', [use(ARN, { operations: [] })], []],
    [
      'a region that is not known yet',
      [use(ID, { region: undefined })],
      [document(allow([SIGN, KEY], `arn:aws:kms:*:*:key/${ID}`))],
    ],
    [
      'China',
      [use(ID, { region: 'cn-north-1' })],
      [document(allow([SIGN, KEY], `arn:aws-cn:kms:cn-north-1:*:key/${ID}`))],
    ],
    [
      'GovCloud',
      [use(ID, { region: 'us-gov-west-1' })],
      [document(allow([SIGN, KEY], `arn:aws-us-gov:kms:us-gov-west-1:*:key/${ID}`))],
    ],
    [
      'characters that mean others in a policy',
      [use(`a*b?c\${d}`, { host: 'kms.example.com' }), use('alias/*', { host: 'kms.example.com' })],
      [
        document(allow([SIGN, KEY], `arn:aws:kms:eu-west-1:*:key/a\${*}b\${?}c\${$}{d}`), {
          ...allow([SIGN, KEY], 'arn:aws:kms:eu-west-1:*:key/*'),
          ...aliased(`alias/\${*}`),
        }),
      ],
    ],
  ])('of %s', (_, uses, expected) => {
    expect(documentsOf(...uses)).toEqual(expected)
  })

  test('has one statement for all that is used in the same way', () => {
    const uses = [
      use(ARN),
      use('alias/a'),
      use(OTHER_ID),
      use('alias/b'),
      use('alias/c', { operations: ['sign'] }),
      use('mrk-1', { operations: ['sign'] }),
    ]
    const everyKey = 'arn:aws:kms:eu-west-1:*:key/*'
    expect(documentsOf(...uses)).toEqual([
      document(
        allow([SIGN, KEY], ARN, `arn:aws:kms:eu-west-1:*:key/${OTHER_ID}`),
        allow([SIGN], 'arn:aws:kms:eu-west-1:*:key/mrk-1'),
        { ...allow([SIGN, KEY], everyKey), ...aliased('alias/a', 'alias/b') },
        { ...allow([SIGN], everyKey), ...aliased('alias/c') },
      ),
    ])
  })

  test('names a key once that several signers use', () => {
    expect(
      documentsOf(use(ARN, { operations: ['getPublicKey'] }), use(ARN, { operations: ['sign'] })),
    ).toEqual([document(allow([SIGN, KEY], ARN))])
  })

  test('is another one for each partition, and for each server that is not AWS', () => {
    const chinese = use(ID, { region: 'cn-north-1' })
    const foreign = use('arn:verenc:kms::1:key/abc', { host: 'qkms.example.com' })
    expect(iamPolicies([use(ARN), chinese, foreign]).map(({ kind, document }) => [kind, document])).toEqual([
      ['AWS IAM', document(allow([SIGN, KEY], ARN))],
      ['AWS IAM', document(allow([SIGN, KEY], `arn:aws-cn:kms:cn-north-1:*:key/${ID}`))],
      ['qkms.example.com, as AWS IAM', document(allow([SIGN, KEY], 'arn:verenc:kms::1:key/abc'))],
    ])
  })
})

describe('IAM, by the document,', () => {
  const action = fc.constantFrom<string>(SIGN, KEY, 'kms:Verify', 'kms:CreateAlias', 'kms:Decrypt')
  const name = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?', '$', '{', '}', '/'), minLength: 1 })
  const operations = fc.subarray([...BOTH], { minLength: 1 })
  const resource = (id: string) => `arn:aws:kms:eu-west-1:111122223333:key/${id}`

  test('allows a key what its signers do with it, and nothing else', () => {
    fc.assert(
      fc.property(name, operations, name, action, (id, used, asked, what) => {
        fc.pre(!id.startsWith('alias/'))
        const [given] = documentsOf(use(id, { operations: used }))
        const actions = used.map((each) => (each === 'sign' ? SIGN : KEY)) as string[]
        expect(iamAllows(given, { action: what, resource: resource(id) })).toBe(actions.includes(what))
        expect(iamAllows(given, { action: what, resource: resource(asked) })).toBe(
          id === asked && actions.includes(what),
        )
      }),
    )
  })

  test('allows by an alias what was asked for by it, and nothing else', () => {
    fc.assert(
      fc.property(
        name,
        operations,
        fc.option(name, { nil: undefined }),
        action,
        (alias, used, asked, what) => {
          const [given] = documentsOf(use(`alias/${alias}`, { operations: used }))
          const actions = used.map((each) => (each === 'sign' ? SIGN : KEY)) as string[]
          const ask = (by?: string) =>
            iamAllows(given, { action: what, resource: resource(ID), ...(by !== undefined && { alias: by }) })
          expect(ask(`alias/${alias}`)).toBe(actions.includes(what))
          expect(ask(asked && `alias/${asked}`)).toBe(asked === alias && actions.includes(what))
        },
      ),
    )
  })
})

describe('the notes', () => {
  const KEY_POLICY =
    'The policy of each key has the last word: it must leave the decision to policies of IAM, as the one does that the console makes, and allow the same itself where the key is in another account.'
  const ACCOUNT =
    'The configuration does not say whose account it is: write its number of 12 digits in place of the * before :key.'
  const REGION = 'Where the configuration names no region, write it in place of the * after :kms.'
  const ALIAS =
    'An alias cannot be named as a resource: key/* with kms:RequestAlias allows whichever key is asked for by the alias, so that whoever may change the alias chooses the key.'
  test.each<[string, IamUse, string[]]>([
    ['an ARN', use(ARN), [KEY_POLICY]],
    ['an id', use(ID), [ACCOUNT, KEY_POLICY]],
    ['an id without a region', use(ID, { region: undefined }), [ACCOUNT, REGION, KEY_POLICY]],
    ['an alias', use('alias/invoices'), [ACCOUNT, ALIAS, KEY_POLICY]],
    ["an alias's ARN", use('arn:aws:kms:eu-west-1:111122223333:alias/a'), [ALIAS, KEY_POLICY]],
    [
      'another server',
      use(ARN, { host: 'kms.example.com:8443' }),
      [
        'kms.example.com:8443 is not AWS: whether it takes such policies, and what it calls its resources, is for its own documentation to say.',
      ],
    ],
  ])('on %s', (_, used, expected) => {
    expect(iamPolicies([used]).map(({ notes }) => notes)).toEqual([expected])
  })
})
