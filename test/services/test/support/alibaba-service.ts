import { generateKeyPairSync } from 'node:crypto'
import { type ContractKey, type ContractSubject, type Exclusion, generateKeyPair } from '@signport/contract'
import { type AlgorithmName, createSigner, type SigningProvider } from '@signport/core'
import { type Emulator, type SeedDocument, startEmulator } from '@signport/emulator'
import { AliasDirectory } from './alias-directory.js'
import { type ConnectionCounter, countConnections } from './connection-counter.js'
import { deserted } from './deserted.js'
import type { Service } from './service.js'

const REGION = 'cn-hangzhou'

const CREDENTIALS = {
  accessKeyId: 'LTAI5tExampleExample',
  secretAccessKey: 'wJalrXUtnFEMIK7MDENGbPxRfiCYEX',
  sessionToken: 'CAISExampleTokenExampleToken+/=',
}

/** The key specs of Alibaba Cloud KMS by the names that the emulator's seeds have for them, and their algorithms. */
const SPECS = [
  ['RSA_2048', ['RS256', 'PS256']],
  ['ECC_NIST_P256', ['ES256']],
  ['ECC_SECG_P256K1', ['ES256K']],
  ['SM2', ['SM2']],
] as const satisfies readonly (readonly [string, readonly AlgorithmName[]])[]

const idOf = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`

const [DISABLED, DELETED, SECOND] = [idOf(101), idOf(102), idOf(104)]
const pairs = SPECS.map(([, [algorithm]]) => generateKeyPair(algorithm))
const second = generateKeyPair('ES256')

/** RSA keys of the other lengths that the service has. */
export const LONG_RSA = ([3072, 4096] as const).map((modulusLength, index) => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength })
  return {
    spec: `RSA_${modulusLength}` as const,
    keyId: idOf(201 + index),
    privateKey: String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
    publicKey: String(publicKey.export({ type: 'spki', format: 'pem' })),
  }
})

const seed: SeedDocument = {
  version: 1,
  keys: [
    ...SPECS.map(([spec], index) => ({ id: idOf(index), spec, privateKey: pairs[index]?.privateKey ?? '' })),
    { id: DISABLED, spec: 'ECC_NIST_P256', privateKey: second.privateKey, state: 'Disabled' },
    {
      id: DELETED,
      spec: 'ECC_NIST_P256',
      privateKey: second.privateKey,
      state: 'PendingDeletion',
      deletion: { at: new Date(Date.now() + 7 * 86_400_000).toISOString(), windowDays: 7 },
    },
    { id: SECOND, spec: 'ECC_NIST_P256', privateKey: second.privateKey },
    ...LONG_RSA.map(({ spec, keyId: id, privateKey }) => ({ id, spec, privateKey })),
  ],
  aliases: [
    ...SPECS.map(([spec], index) => ({ name: `alias/${spec}`, keyId: idOf(index) })),
    { name: 'alias/moving', keyId: idOf(1) },
  ],
}

const keys = Object.fromEntries(
  SPECS.flatMap(([spec, algorithms], index) =>
    algorithms.map((algorithm): [AlgorithmName, ContractKey] => [
      algorithm,
      {
        keyId: idOf(index),
        publicKey: pairs[index]?.publicKey ?? '',
        otherNames: [`alias/${spec}`],
        reportedKeyId: idOf(index),
      },
    ]),
  ),
)

/** How one of the two transports reaches the emulator. */
export interface Transport {
  create(emulator: Emulator, endpoint: string): Promise<SigningProvider> | SigningProvider
  /** With credentials that the emulator does not know. */
  createUnknown(emulator: Emulator): Promise<SigningProvider> | SigningProvider
  /** Where the emulator speaks it. */
  urlOf(emulator: Emulator): string
  /** What the provider is told in confidence: with `create`, and with `createUnknown`. */
  secretsOf(emulator: Emulator): Promise<readonly string[]> | readonly string[]
  readonly exclusions?: readonly Exclusion[]
}

/** The contract's subject for a transport to the emulator, which checks every request. */
export function alibabaService(transport: Transport): Service {
  const { create, createUnknown, urlOf, secretsOf, exclusions = [] } = transport
  let emulator: Emulator
  let counter: ConnectionCounter
  const secrets: string[] = []
  const fault = (kind: Parameters<Emulator['faults']['add']>[0]['kind']) => () => {
    emulator.faults.add({ kind, times: null })
    return () => emulator.faults.clear()
  }
  const subject: ContractSubject = {
    create: () => create(emulator, urlOf(emulator)),
    createSigner,
    keys,
    exclusions: [
      ...exclusions,
      { cases: 'failure KeyUnavailable', reason: 'the service has no code for it' },
      ...['AccessDenied', 'InvalidResponse'].map((code) => ({
        cases: `failure ${code}`,
        reason: 'the emulator never says so; shown in providers/alibaba-kms/test/contract.test.ts',
      })),
    ],
    capabilities: {
      secrets,
      stall: fault('stall'),
      connections: () => counter.open(),
      alias: {
        algorithm: 'ES256',
        keyId: 'alias/moving',
        before: pairs[1]?.publicKey ?? '',
        after: second.publicKey,
        move: () =>
          new AliasDirectory(emulator.url, REGION, CREDENTIALS).move('alias/moving', SECOND, idOf(1)),
      },
      failures: [
        { code: 'KeyNotFound', what: 'an alias that is not there', keyId: 'alias/none' },
        { code: 'KeyNotFound', what: 'a key that is not there', keyId: idOf(999) },
        {
          code: 'KeyDisabled',
          what: 'a disabled key',
          algorithm: 'ES256',
          keyId: DISABLED,
          shownBy: ['sign'],
        },
        {
          code: 'InvalidKeyState',
          what: 'a key to be deleted',
          algorithm: 'ES256',
          keyId: DELETED,
          shownBy: ['sign'],
        },
        {
          code: 'InvalidKeyUsage',
          what: 'a key of another kind',
          algorithm: 'SM2',
          keyId: idOf(0),
          shownBy: ['sign'],
        },
        {
          code: 'Unauthenticated',
          what: 'credentials that nobody knows',
          create: () => createUnknown(emulator),
        },
        // The service has one code for keys that are unknown and for tokens that have run out.
        { code: 'Unauthenticated', what: 'credentials that have run out', prepare: fault('expiredToken') },
        { code: 'Throttled', what: 'too many calls', prepare: fault('throttle') },
        { code: 'Internal', what: 'a failure inside', prepare: fault('internal') },
        { code: 'Unavailable', what: 'a service that is down', prepare: fault('unavailable') },
        { code: 'Unavailable', what: 'a connection that is cut', prepare: fault('reset') },
        {
          code: 'Unavailable',
          what: 'nobody who listens',
          create: async () => create(emulator, await deserted()),
        },
      ],
    },
  }
  return {
    subject,
    async start() {
      emulator = await startEmulator({ region: REGION, credentials: [CREDENTIALS], seed, tls: true })
      counter = countConnections(Number(new URL(urlOf(emulator)).port))
      secrets.push(...(await secretsOf(emulator)))
    },
    async close() {
      counter.stop()
      await emulator.close()
    },
  }
}
