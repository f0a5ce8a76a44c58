import { type ContractKey, type ContractSubject, generateKeyPair } from '@signport/contract'
import { type AlgorithmName, createSigner, type SigningProvider } from '@signport/core'
import { type Emulator, type SeedDocument, startEmulator } from '@signport/emulator'
import { AliasDirectory } from './alias-directory.js'
import { type ConnectionCounter, countConnections } from './connection-counter.js'
import { deserted } from './deserted.js'
import { type RefusingServer, startRefusingServer } from './refusing-server.js'

const REGION = 'eu-west-1'
const ACCOUNT = '111122223333'

/** Where a service is and who may use it: what both providers are told. */
export interface Connection {
  readonly endpoint: string
  readonly region: string
  readonly credentials: Credentials | (() => Promise<Credentials>)
}

interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

/** The key specs of AWS KMS with a key each, and the algorithms that are tested with it. */
const SPECS = [
  ['RSA_2048', ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512']],
  ['ECC_NIST_P256', ['ES256']],
  ['ECC_NIST_P384', ['ES384']],
  ['ECC_NIST_P521', ['ES512']],
  ['ECC_SECG_P256K1', ['ES256K']],
  ['ECC_NIST_EDWARDS25519', ['Ed25519', 'Ed25519ph-SHA512']],
  ['ML_DSA_44', ['ML-DSA-44']],
  ['ML_DSA_65', ['ML-DSA-65']],
  ['ML_DSA_87', ['ML-DSA-87']],
  ['SM2', ['SM2']],
] as const satisfies readonly (readonly [string, readonly AlgorithmName[]])[]

const idOf = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`
const arnOf = (resource: string) => `arn:aws:kms:${REGION}:${ACCOUNT}:${resource}`

const DISABLED = idOf(101)
const DELETED = idOf(102)
const ENCRYPTION = idOf(103)
const SECOND = idOf(104)

const pairs = SPECS.map(([, [algorithm]]) => generateKeyPair(algorithm))
const second = generateKeyPair('ES256')

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
    {
      id: ENCRYPTION,
      spec: 'RSA_2048',
      usage: 'ENCRYPT_DECRYPT',
      privateKey: generateKeyPair('RS256').privateKey,
    },
    { id: SECOND, spec: 'ECC_NIST_P256', privateKey: second.privateKey },
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
        otherNames: [arnOf(`key/${idOf(index)}`), `alias/${spec}`, arnOf(`alias/${spec}`)],
        reportedKeyId: arnOf(`key/${idOf(index)}`),
      },
    ]),
  ),
)

const SECRETS: Credentials = {
  accessKeyId: 'ASIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  sessionToken: 'FwoGZXIvYXdzEBYaDEXAMPLEtoken/+=',
}

const RENEWED: Credentials = { ...SECRETS, accessKeyId: 'AKIARENEWEDRENEWED00' }

/** Only credentials that differ from those that were refused are worth another attempt. */
function alternating(): () => Promise<Credentials> {
  let given = 0
  return async () => ({ ...(given++ % 2 === 0 ? SECRETS : RENEWED) })
}

/** A service: the emulator with a key for everything, and what it can be made to do. */
export interface Service {
  readonly subject: ContractSubject
  start(): Promise<void>
  close(): Promise<void>
}

/** The contract's subject for a provider that speaks to the emulator, signatures of requests checked. */
export function serviceFor(createProvider: (connection: Connection) => SigningProvider): Service {
  let emulator: Emulator
  let refusing: RefusingServer
  let counter: ConnectionCounter
  const connection = (change: Partial<Connection> = {}): Connection => ({
    endpoint: emulator.url,
    region: REGION,
    credentials: SECRETS,
    ...change,
  })
  const fault = (kind: Parameters<Emulator['faults']['add']>[0]['kind']) => () => {
    emulator.faults.add({ kind, times: null })
    return () => emulator.faults.clear()
  }
  const refusedWith = (code: string, status = 400) => ({
    prepare: () => refusing.answer(status, { __type: code, message: `No: ${code}` }),
    create: () => createProvider(connection({ endpoint: refusing.url })),
  })
  const wrongSecret = { ...SECRETS, secretAccessKey: `${SECRETS.secretAccessKey.slice(0, -1)}Z` }
  const subject: ContractSubject = {
    create: () => createProvider(connection()),
    createSigner,
    keys,
    capabilities: {
      secrets: Object.values(SECRETS),
      stall: fault('stall'),
      connections: () => counter.open(),
      alias: {
        algorithm: 'ES256',
        keyId: 'alias/moving',
        before: pairs[1]?.publicKey ?? '',
        after: second.publicKey,
        move: () => new AliasDirectory(emulator.url, REGION, SECRETS).move('alias/moving', SECOND, idOf(1)),
      },
      failures: [
        { code: 'KeyNotFound', what: 'an alias that is not there', keyId: 'alias/none', shownBy: ALL },
        { code: 'KeyNotFound', what: 'a key that is not there', keyId: idOf(999), shownBy: ALL },
        {
          code: 'KeyDisabled',
          what: 'a disabled key',
          algorithm: 'ES256',
          keyId: DISABLED,
          shownBy: SIGNING,
        },
        {
          code: 'InvalidKeyState',
          what: 'a key to be deleted',
          algorithm: 'ES256',
          keyId: DELETED,
          shownBy: SIGNING,
        },
        {
          code: 'InvalidKeyUsage',
          what: 'a key for encryption',
          algorithm: 'RS256',
          keyId: ENCRYPTION,
          shownBy: SIGNING,
        },
        {
          code: 'InvalidKeyUsage',
          what: 'a key of another kind',
          algorithm: 'ES384',
          keyId: idOf(1),
          shownBy: SIGNING,
        },
        {
          code: 'Unauthenticated',
          what: 'a wrong secret',
          create: () => createProvider(connection({ credentials: wrongSecret })),
          shownBy: ALL,
        },
        {
          code: 'Unauthenticated',
          what: 'a token that has expired',
          prepare: fault('expiredToken'),
          shownBy: ALL,
        },
        {
          code: 'Unauthenticated',
          what: 'a token that has expired and can be had anew',
          retryable: true,
          prepare: fault('expiredToken'),
          create: () => createProvider(connection({ credentials: alternating() })),
          shownBy: ALL,
        },
        { code: 'Throttled', what: 'too many calls', prepare: fault('throttle'), shownBy: ALL },
        { code: 'Internal', what: 'a failure inside', prepare: fault('internal'), shownBy: ALL },
        { code: 'Unavailable', what: 'a service that is down', prepare: fault('unavailable'), shownBy: ALL },
        {
          code: 'Unavailable',
          what: 'a dependency of it',
          prepare: fault('dependencyTimeout'),
          shownBy: ALL,
        },
        { code: 'Unavailable', what: 'a connection that is cut', prepare: fault('reset'), shownBy: ALL },
        {
          code: 'Unavailable',
          what: 'nobody who listens',
          create: async () => createProvider(connection({ endpoint: await deserted() })),
          shownBy: ALL,
        },
        {
          code: 'KeyUnavailable',
          what: 'a key store that is down',
          ...refusedWith('KeyUnavailableException', 500),
        },
        { code: 'AccessDenied', what: 'no permission', ...refusedWith('AccessDeniedException') },
        {
          code: 'InvalidResponse',
          what: 'an answer without a signature or a key',
          prepare: () => refusing.answer(200, { KeyId: arnOf(`key/${idOf(0)}`) }),
          create: () => createProvider(connection({ endpoint: refusing.url })),
        },
        {
          code: 'InvalidResponse',
          what: 'a page in place of an answer',
          prepare: () => refusing.answer(200, '<html>Welcome</html>'),
          create: () => createProvider(connection({ endpoint: refusing.url })),
        },
      ],
    },
  }
  return {
    subject,
    async start() {
      emulator = await startEmulator({
        region: REGION,
        accountId: ACCOUNT,
        credentials: [SECRETS, RENEWED],
        seed,
      })
      counter = countConnections(emulator.port)
      refusing = await startRefusingServer()
    },
    async close() {
      await refusing.close()
      counter.stop()
      await emulator.close()
    },
  }
}

const ALL = ['sign', 'getPublicKey', 'probe'] as const
const SIGNING = ['sign', 'probe'] as const
