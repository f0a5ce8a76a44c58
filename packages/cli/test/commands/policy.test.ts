import { describe, expect, test } from '@jest/globals'
import { testFolder } from '../support/folder.js'
import { failed, type Outcome, signport } from '../support/signport.js'

const folder = testFolder()
const run = (...args: string[]): Promise<Outcome> =>
  signport(['probe', '--policy', ...args], { cwd: folder.path() })

const ARN = 'arn:aws:kms:eu-west-1:111122223333:key/11111111-2222-4333-8444-555555555555'
/** No service of these is there, and none is needed. */
function configure(): void {
  folder.write(
    'signport.yaml',
    `signers:
  invoices: { provider: aws-kms, key: alias/invoices, algorithm: PS256, region: eu-west-1 }
  releases: { provider: aws-kms, key: "${ARN}", algorithm: ES256, region: eu-west-1, publicKey: ./releases.pem }
  receipts:
    { provider: alibaba-kms, key: key-1, algorithm: SM2, transport: openapi, region: cn-hangzhou, keyVersion: v1 }
  inside:
    { provider: alibaba-kms, key: key-2, algorithm: SM2, transport: instance, clientKeyFile: ./client.json,
      passwordFile: ./password.txt, endpoint: kst-1.cryptoservice.kms.aliyuncs.com }
  dev: { provider: local, key: ./dev.pem, algorithm: ES256 }
  partner: { provider: public-key, key: ./partner.pem, algorithm: ES256 }
`,
  )
}

const IAM = {
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Action: ['kms:Sign'], Resource: [ARN] },
    {
      Effect: 'Allow',
      Action: ['kms:Sign', 'kms:GetPublicKey'],
      Resource: ['arn:aws:kms:eu-west-1:*:key/*'],
      Condition: { StringEquals: { 'kms:RequestAlias': ['alias/invoices'] } },
    },
  ],
}
const RAM = {
  Version: '1',
  Statement: [
    {
      Effect: 'Allow',
      Action: ['kms:AsymmetricSign', 'kms:GetPublicKey'],
      Resource: ['acs:kms:cn-hangzhou:*:key/key-1'],
    },
  ],
}
const NOTES = {
  iam: [
    'The configuration does not say whose account it is: write its number of 12 digits in place of the * before :key.',
    'An alias cannot be named as a resource: key/* with kms:RequestAlias allows whichever key is asked for by the alias, so that whoever may change the alias chooses the key.',
    'The policy of each key has the last word: it must leave the decision to policies of IAM, as the one does that the console makes, and allow the same itself where the key is in another account.',
  ],
  ram: ['The configuration does not say whose account it is: * stands for the one that the policy is in.'],
  instance: [
    'Access to kst-1.cryptoservice.kms.aliyuncs.com is given by the permission policy of the application access point that the ClientKey is of: allow it the use of key-2 and no other keys, and in its network rule the addresses of this program alone.',
  ],
  file: [
    'The key file ./dev.pem is readable by its owner alone (chmod 600), and belongs to the user that the program runs as.',
  ],
}
const INSTANCE = 'Alibaba Cloud KMS instance'
const lines = (kind: string, notes: readonly string[]) => notes.map((note) => `signport: ${kind}: ${note}\n`)
const pretty = (document: object) => `${JSON.stringify(document, undefined, 2)}\n`

describe('the least that services must allow', () => {
  test('is printed as documents, with notes beside them', async () => {
    configure()
    const { code, stdout, stderr } = await run()
    expect(code).toBe(0)
    expect(stdout.toString()).toBe(pretty(IAM) + pretty(RAM))
    expect(stderr).toBe(
      [
        'signport: there are 2 documents, in this order: AWS IAM, Alibaba Cloud RAM. --json prints one array in place of them.\n',
        ...lines('AWS IAM', NOTES.iam),
        ...lines('Alibaba Cloud RAM', NOTES.ram),
        ...lines(INSTANCE, NOTES.instance),
        ...lines('File permissions', NOTES.file),
      ].join(''),
    )
    expect(folder.names()).toEqual(['signport.yaml'])
  })

  test('is one document for signers that are named, which can go into a file', async () => {
    configure()
    const { stdout, stderr } = await run('receipts')
    expect(JSON.parse(stdout.toString())).toEqual(RAM)
    expect(stderr).toBe(lines('Alibaba Cloud RAM', NOTES.ram).join(''))
  })

  test('is an array for programs', async () => {
    configure()
    const { code, stdout, stderr } = await run('--json')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout.toString()).toMatch(/^\[.*\]\n$/)
    expect(JSON.parse(stdout.toString())).toEqual([
      { kind: 'AWS IAM', document: IAM, notes: NOTES.iam },
      { kind: 'Alibaba Cloud RAM', document: RAM, notes: NOTES.ram },
      { kind: INSTANCE, notes: NOTES.instance },
      { kind: 'File permissions', notes: NOTES.file },
    ])
  })

  test.each([
    [[], '', 'signport: these signers need no permission of any service.\n'],
    [['--json'], '[]\n', ''],
  ])('is nothing for those that only verify, with %j', async (args, text, note) => {
    configure()
    const { code, stdout, stderr } = await run('partner', ...args)
    expect({ code, stdout: stdout.toString(), stderr }).toEqual({ code: 0, stdout: text, stderr: note })
  })
})

test('a signer that there is not is an error', async () => {
  configure()
  expect(await run('partnr')).toEqual(failed('There is no signer partnr; did you mean partner?'))
})
