import { createHash } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { createAlibabaKmsProvider } from '@signport/alibaba-kms'
import { createAwsKmsProvider } from '@signport/aws-kms'
import { createSigner, SigningError, type SigningProvider } from '@signport/core'
import { type Emulator, type SeedDocument, startEmulator } from '@signport/emulator'
import { createTrentServiceProvider } from '@signport/trent-service'
import { collectEverythingShown, type EverythingShown, viewsOf } from './support/everything-shown.js'
import { createLeakSearch } from './support/leak-search.js'
import {
  type DoorProtocol,
  type Identifier,
  type RepeatingDoor,
  startRepeatingDoor,
} from './support/repeating-door.js'

const CREDENTIALS = {
  accessKeyId: 'ASIAQPIECESOFLEAKS4711',
  secretAccessKey: 'kept0by0nobody0else4711sweepSecretKey',
  // As it may stand in an identifier.
  sessionToken: 'sessionTokenWithManyCharacters4711PiecesOfIt',
}

const MESSAGE = Buffer.from('pay4711EURtoZaphodQuux-12XyzzyLane-99jugsOfQuinceJam')
const DIGEST = createHash('sha256').update(MESSAGE).digest()

type Sent = 'raw' | 'digest'

interface Subject {
  readonly protocol: DoorProtocol
  readonly identifiers: readonly Identifier[]
  readonly messageTypes: readonly Sent[]
  open(endpoint: string): Promise<SigningProvider>
}

const region = 'us-east-1'
const credentials = async () => ({ ...CREDENTIALS })

const SUBJECTS: Record<string, Subject> = {
  'aws-kms': {
    protocol: 'trent',
    identifiers: ['requestId', 'keyId'],
    messageTypes: ['raw', 'digest'],
    open: async (endpoint) => createAwsKmsProvider({ endpoint, region, credentials }),
  },
  'trent-service': {
    protocol: 'trent',
    identifiers: ['requestId', 'keyId'],
    messageTypes: ['raw', 'digest'],
    open: async (endpoint) => createTrentServiceProvider({ endpoint, region, credentials }),
  },
  'alibaba-kms by OpenAPI': {
    protocol: 'openapi',
    identifiers: ['requestId', 'keyId', 'keyVersion'],
    messageTypes: ['digest'],
    async open(endpoint) {
      const { accessKeyId, secretAccessKey: accessKeySecret, sessionToken: securityToken } = CREDENTIALS
      const given = async () => ({ accessKeyId, accessKeySecret, securityToken })
      return createAlibabaKmsProvider({ transport: 'openapi', endpoint, credentials: given })
    },
  },
  'alibaba-kms by an instance': {
    protocol: 'instance',
    identifiers: ['requestId', 'keyId', 'keyVersion'],
    messageTypes: ['raw', 'digest'],
    async open(endpoint) {
      const { keyId, privateKeyPem: privateKey } = await emulator.clientKey()
      return createAlibabaKmsProvider({ transport: 'instance', endpoint, clientKey: { keyId, privateKey } })
    },
  },
}

/** How a server may write bytes, as an identifier has room for them. */
const FORMS: readonly ((bytes: Buffer) => string)[] = [
  (bytes) => bytes.toString('hex'),
  (bytes) => bytes.toString('hex').toUpperCase(),
  (bytes) => bytes.toString('base64url'),
]

/** How much of it: errors of servers cut what they repeat. */
const CUTS: readonly ((text: string) => string)[] = [
  (text) => text,
  (text) => text.slice(0, -1),
  (text) => text.slice(1, 1 + text.length / 2),
  (text) => `request-${text.slice(-17)}`,
]

let emulator: Emulator
let door: RepeatingDoor
let shown: EverythingShown

beforeAll(async () => {
  const id = '00000000-0000-4000-8000-000000000001'
  const seed: SeedDocument = {
    version: 1,
    keys: [{ id, spec: 'ECC_NIST_P256' }],
    aliases: [{ name: 'alias/a', keyId: id }],
  }
  emulator = await startEmulator({ auth: 'none', seed })
  door = await startRepeatingDoor(emulator.url)
})
afterAll(async () => {
  await door.close()
  await emulator.close()
})
beforeEach(() => {
  shown = collectEverythingShown()
})
afterEach(() => {
  shown.stop()
  door.repeat(undefined)
})

/** What the service is told in one call, and nobody else should be. */
type Secret = 'token' | 'message'

const textsOf: Record<Secret, (messageType: Sent) => string[]> = {
  token: () => [CREDENTIALS.sessionToken],
  message: (type) =>
    type === 'raw'
      ? [MESSAGE.toString(), ...FORMS.map((form) => form(MESSAGE))]
      : FORMS.map((form) => form(DIGEST)),
}

/** What comes out of one call, for whoever looks at its identifiers, its error and its trace. */
async function outcomeOf(provider: SigningProvider, messageType: Sent): Promise<object> {
  const signer = createSigner({
    provider,
    keyId: 'alias/a',
    algorithm: 'ES256',
    check: 'never',
    maxAttempts: 1,
  })
  try {
    const { requestId, keyId, keyVersion } = await signer.sign(MESSAGE, { messageType })
    return { requestId, keyId, keyVersion }
  } catch (error) {
    if (SigningError.is(error)) return error
    throw error
  }
}

interface Case {
  readonly name: string
  readonly identifier: Identifier
  readonly secret: Secret
  readonly messageType: Sent
  readonly refuses: boolean
}

function casesOf(name: string, { identifiers, messageTypes, protocol }: Subject): Case[] {
  const [usual = 'digest'] = messageTypes
  const secrets = [
    // The key of a client of an instance is not sent.
    ...(protocol === 'instance' ? [] : [['token', usual] as const]),
    ...messageTypes.map((messageType) => ['message', messageType] as const),
  ]
  return secrets.flatMap(([secret, messageType]) =>
    identifiers.flatMap((identifier) => {
      const answered = { name, identifier, secret, messageType, refuses: false }
      // A refusal names no key.
      return identifier === 'requestId' ? [answered, { ...answered, refuses: true }] : [answered]
    }),
  )
}

const CASES = Object.entries(SUBJECTS).flatMap(([name, subject]) => casesOf(name, subject))

test.each(CASES)(
  '$name hands on no $identifier with a piece of the $secret ($messageType, refused: $refuses)',
  async ({ name, identifier, secret, messageType, refuses }) => {
    const { protocol, open } = SUBJECTS[name] as Subject
    const provider = await open(door.url)
    const search = createLeakSearch()
    const wholes = textsOf[secret](messageType)
    for (const whole of wholes) search.addText(whole)
    for (const text of wholes.flatMap((whole) => CUTS.map((cut) => cut(whole)))) {
      // It would be found.
      expect(search.find(text)).not.toEqual([])
      door.repeat({ protocol, identifier, text, refuses })
      const outcome = await outcomeOf(provider, messageType)
      expect([text.slice(0, 12), ...viewsOf(outcome).flatMap(search.find)]).toEqual([text.slice(0, 12)])
    }
    await provider.close?.()
    expect(shown.texts.size).toBeGreaterThan(0)
    expect([...shown.texts].flatMap(search.find)).toEqual([])
  },
)

const ALL_IDENTIFIERS = Object.entries(SUBJECTS).flatMap(([name, { identifiers }]) =>
  identifiers.map((identifier) => [name, identifier] as const),
)

test.each(ALL_IDENTIFIERS)('%s shows a %s with nothing of them', async (name, identifier) => {
  const { protocol, open } = SUBJECTS[name] as Subject
  const provider = await open(door.url)
  const id = '11111111-2222-4333-8444-555555555555'
  door.repeat({ protocol, identifier, text: id, refuses: false })
  expect(viewsOf(await outcomeOf(provider, 'digest')).join()).toContain(id)
  await provider.close?.()
})
