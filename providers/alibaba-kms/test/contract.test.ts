import type { Socket } from 'node:net'
import { test } from '@jest/globals'
import { type ContractKey, describeSigningProvider, type FailureScenario } from '@signport/contract'
import { type AlgorithmName, createSigner, type SigningProvider } from '@signport/core'
import { createAlibabaKmsProvider } from '../src/index.js'
import { CLIENT_KEY, refusal, startInstance } from './support/instance-service.js'
import { CREDENTIALS, refused, startOpenApi } from './support/openapi-service.js'
import type { Reply } from './support/server.js'
import { CASES, OTHER_P256, P256 } from './support/service-keys.js'

const openapi = await startOpenApi({ lasting: true })
const instance = await startInstance({ lasting: true })

/** Connections on which OpenAPI was asked, and did not answer. */
const stalled = new Set<Socket>()

const createByOpenApi = (credentials = CREDENTIALS) =>
  createAlibabaKmsProvider({ transport: 'openapi', endpoint: openapi.url, credentials })
const createByInstance = (clientKey = CLIENT_KEY) =>
  createAlibabaKmsProvider({ transport: 'instance', endpoint: instance.url, clientKey })

const keys: Partial<Record<AlgorithmName, ContractKey>> = {}
for (const [algorithm, , { id, publicKey }] of CASES) {
  const alias = `alias/of-${algorithm}`
  for (const { aliases } of [openapi, instance]) aliases.set(alias, id)
  keys[algorithm] = { keyId: id, publicKey, otherNames: [alias], reportedKeyId: id }
}

/** The lines of the private key: none of them should be in an error. */
const PEM_LINES = CLIENT_KEY.privateKey
  .split('\n')
  .filter((line) => line.length > 20 && !line.startsWith('-----'))

const SECRET = 'a-secret-that-is-not-the-right-one'

/** A service, as the suite wants it: what it can be made to do. */
interface Subject {
  readonly name: string
  readonly aliases: Map<string, string>
  create(): SigningProvider
  /** Has the service answer like this, or not at all. */
  answer(reply: Reply | 'stall' | undefined): void
  /** A refusal on the wire of the service. */
  refusal(status: number, code: string): Reply
  /** A provider that the service does not know. */
  createUnknown(): SigningProvider
  /** How many connections to it are open. */
  connections(): number
}

const SUBJECTS: readonly Subject[] = [
  {
    name: 'alibaba-kms by OpenAPI',
    aliases: openapi.aliases,
    create: () => createByOpenApi(),
    answer(reply) {
      openapi.instead =
        reply &&
        ((_, { socket }) => {
          if (reply === 'stall') stalled.add(socket)
          return reply
        })
    },
    refusal: (status, code) => refused({ status, code }),
    createUnknown: () => createByOpenApi({ ...CREDENTIALS, accessKeySecret: SECRET }),
    // The client has idle ones, which it would use again: those count that wait for an answer.
    connections: () => [...stalled].filter(({ destroyed }) => !destroyed).length,
  },
  {
    name: 'alibaba-kms by an instance',
    aliases: instance.aliases,
    create: () => createByInstance(),
    answer(reply) {
      instance.instead = reply && (() => reply)
    },
    refusal: (status, code) => refusal(status, code),
    createUnknown: () => createByInstance({ ...CLIENT_KEY, keyId: SECRET }),
    connections: () => instance.connections().open,
  },
]

function failuresOf(subject: Subject): FailureScenario[] {
  const answering = (code: FailureScenario['code'], what: string, reply: Reply): FailureScenario => ({
    code,
    what,
    prepare() {
      subject.answer(reply)
      return () => subject.answer(undefined)
    },
  })
  const refusing = (code: FailureScenario['code'], status: number, theirs: string) =>
    answering(code, theirs, subject.refusal(status, theirs))
  return [
    { code: 'KeyNotFound', what: 'a key that is not there', keyId: 'key-nobody' },
    { code: 'KeyNotFound', what: 'an alias that nobody made', keyId: 'alias/nobody' },
    { code: 'Unauthenticated', what: 'credentials that nobody knows', create: subject.createUnknown },
    refusing('KeyDisabled', 409, 'Rejected.Disabled'),
    refusing('InvalidKeyState', 409, 'Rejected.PendingDeletion'),
    refusing('InvalidKeyUsage', 400, 'UnsupportedOperation'),
    refusing('AccessDenied', 403, 'Forbidden.NoPermission'),
    refusing('Throttled', 429, 'Rejected.Throttling'),
    refusing('Unavailable', 503, 'ServiceUnavailableTemporary'),
    refusing('Internal', 500, 'InternalFailure'),
    answering('InvalidResponse', 'a page instead of an answer', { body: '<html>Welcome</html>' }),
  ]
}

for (const subject of SUBJECTS)
  describeSigningProvider(subject.name, {
    test,
    create: subject.create,
    createSigner,
    keys,
    capabilities: {
      stall() {
        subject.answer('stall')
        return () => subject.answer(undefined)
      },
      alias: {
        algorithm: 'ES256',
        keyId: 'alias/of-ES256',
        before: P256.publicKey,
        after: OTHER_P256.publicKey,
        async move() {
          subject.aliases.set('alias/of-ES256', OTHER_P256.id)
          return () => subject.aliases.set('alias/of-ES256', P256.id)
        },
      },
      connections: subject.connections,
      secrets: [...Object.values(CREDENTIALS), CLIENT_KEY.keyId, ...PEM_LINES, SECRET],
      failures: failuresOf(subject),
    },
    exclusions: [{ cases: 'failure KeyUnavailable', reason: 'the service has no code for it' }],
  })
