import { createHash } from 'node:crypto'
import { channel } from 'node:diagnostics_channel'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { generateKeyPair } from '@signport/contract'
import {
  createSigner,
  type Signer,
  SigningError,
  type SigningErrorCode,
  type SigningProvider,
} from '@signport/core'
import { type Emulator, type FaultKind, startEmulator } from '@signport/emulator'
import { collectEverythingShown, type EverythingShown, viewsOf } from './support/everything-shown.js'
import { createLeakSearch, type LeakSearch } from './support/leak-search.js'
import { type RemoteProvider, remoteProviders } from './support/remote-providers.js'
import { type WireSecrets, watchWire } from './support/wire-secrets.js'

const CREDENTIALS = {
  accessKeyId: 'ASIAQSWEEPOFLEAKS4711',
  secretAccessKey: 'kept/by+nobody/else4711sweepSecretKey',
  sessionToken: 'token/of+a/session4711forTheSweep==',
}

/** No words that an error may have. */
const MESSAGE = Buffer.from('Pay 4711 EUR to Zaphod Quux, 12 Xyzzy Lane: 99 jugs of quince jam, plugh.')
const DIGEST = createHash('sha256').update(MESSAGE).digest()

/** Each kind of key, and the algorithm that it is used for. */
const KEYS = { ES256: 'ECC_NIST_P256', PS256: 'RSA_2048' } as const
type Algorithm = keyof typeof KEYS

const PROVIDERS = remoteProviders(CREDENTIALS)

type Ending = SigningErrorCode | 'done'

/** What must come of a signature and of a public key, where all answers have the fault. */
interface Expected {
  readonly sign: Ending
  readonly publicKey: Ending
  /** The calls that the fault can meet. */
  readonly operations: readonly string[]
  /** Of a signature, where a provider ends in another way. */
  readonly but?: Partial<Record<RemoteProvider, Ending>>
  /** ES256 if nothing is said. */
  readonly algorithm?: Algorithm
}

const SIGNING = ['Sign', 'AsymmetricSign']
const READING = ['GetPublicKey']

const both = (ending: Ending): Expected => {
  return { sign: ending, publicKey: ending, operations: [...SIGNING, ...READING] }
}
const signature = (sign: Ending): Expected => ({ sign, publicKey: 'done', operations: SIGNING })

const KINDS: Record<FaultKind, Expected> = {
  throttle: both('Throttled'),
  internal: both('Internal'),
  unavailable: both('Unavailable'),
  dependencyTimeout: both('Unavailable'),
  expiredToken: both('Unauthenticated'),
  clockSkew: both('Unauthenticated'),
  hostileText: both('AccessDenied'),
  stall: both('Timeout'),
  reset: both('Unavailable'),
  resetDuring: both('Unavailable'),
  resetAfter: both('done'),
  drip: both('Timeout'),
  html: both('Unavailable'),
  htmlOk: both('InvalidResponse'),
  empty: both('InvalidResponse'),
  truncated: both('Unavailable'),
  cut: both('InvalidResponse'),
  oversized: both('InvalidResponse'),
  contentType: both('done'),
  redirect: both('Configuration'),
  otherKey: signature('SignatureCheckFailed'),
  otherMessage: signature('SignatureCheckFailed'),
  otherSalt: { ...signature('SignatureCheckFailed'), algorithm: 'PS256' },
  bitFlip: signature('SignatureCheckFailed'),
  highS: signature('done'),
  doubleHash: signature('SignatureCheckFailed'),
  // At each attempt it is another key, without the version that was just looked up.
  movedKey: { ...signature('done'), but: { 'alibaba-kms by OpenAPI': 'KeyNotFound' } },
  oldPublicKey: { ...signature('SignatureCheckFailed'), operations: READING },
}

const CASES = Object.keys(PROVIDERS).flatMap((name) =>
  Object.keys(KINDS).map((kind) => [name as RemoteProvider, kind as FaultKind] as const),
)

/** Those that nothing else would end. */
const ENDLESS: readonly FaultKind[] = ['stall', 'drip']

let emulator: Emulator
let shown: EverythingShown
let search: LeakSearch
let wire: WireSecrets

beforeAll(async () => {
  const keys = Object.entries(KEYS).map(([algorithm, spec], index) => ({
    id: `00000000-0000-4000-8000-00000000000${index}`,
    spec,
    privateKey: generateKeyPair(algorithm as Algorithm).privateKey,
  }))
  const aliases = keys.map(({ id, spec }) => ({ name: `alias/${spec}`, keyId: id }))
  const seed = { version: 1, keys, aliases } as const
  emulator = await startEmulator({ seed, credentials: [CREDENTIALS], tls: true })
})
afterAll(() => emulator.close())

beforeEach(async () => {
  search = createLeakSearch()
  const { keyId, privateKeyPem } = await emulator.clientKey()
  const lines = privateKeyPem.split('\n').filter((line) => line !== '' && !line.startsWith('-----'))
  for (const secret of [...Object.values(CREDENTIALS), keyId, ...lines]) search.addText(secret)
  for (const bytes of [MESSAGE, DIGEST]) search.addBytes(bytes)
  wire = watchWire(search)
  shown = collectEverythingShown()
})
afterEach(() => {
  shown.stop()
  wire.stop()
  emulator.faults.clear()
})

const leaksIn = (texts: Iterable<string>) => [...new Set([...texts].flatMap(search.find))]

describe('what is looked for is found', () => {
  // biome-ignore lint/suspicious/noConsole: it is the console that is looked at
  const error = (...values: unknown[]) => console.error(...values)
  const inError = (text: string) => process.stderr.write(viewsOf(new Error(text)).join(' '))
  const half = (text: string) => text.slice(5, 5 + text.length / 2)
  const encoded = encodeURIComponent(CREDENTIALS.sessionToken)
  test.each<[string, () => unknown]>([
    ['in an error', () => inError(`with ${CREDENTIALS.secretAccessKey}`)],
    ['in a cause', () => error(...viewsOf(new Error('a', { cause: new Error(MESSAGE.toString('hex')) })))],
    ['in a property', () => error(Object.assign(new Error('a'), { url: CREDENTIALS.sessionToken }))],
    ['in a URL', () => inError(`?SecurityToken=${encoded}&Format=JSON`)],
    ['in what is signed of a URL', () => inError(encodeURIComponent(encoded))],
    ['in a list of bytes', () => error(...viewsOf({ message: Uint8Array.from(MESSAGE) }))],
    ['in a buffer', () => error(DIGEST)],
    ['in a buffer as JSON', () => error(JSON.stringify({ digest: DIGEST }))],
    ['in bytes as JSON', () => error(JSON.stringify(Uint8Array.from(DIGEST)))],
    ['in the middle of base64', () => error(Buffer.from(`${'{'.repeat(10)}${MESSAGE}`).toString('base64'))],
    ['by half of a digest', () => error(half(DIGEST.toString('hex').toUpperCase()))],
    ['by half of a message', () => error(half(MESSAGE.toString('base64url')))],
    ['by half of a token', () => error(half(CREDENTIALS.sessionToken))],
    ['on the console', () => error('the key', CREDENTIALS.accessKeyId)],
    ['on standard error', () => process.stderr.write(MESSAGE)],
    [
      'in a trace',
      () => channel('tracing:signport.sign:start').publish({ digest: DIGEST.toString('base64') }),
    ],
  ])('%s', (_, leak) => {
    leak()
    shown.stop()
    expect(leaksIn(shown.texts)).not.toEqual([])
  })

  test('in a warning', async () => {
    process.emitWarning(`the token ${CREDENTIALS.sessionToken}`)
    await new Promise((resolve) => setImmediate(resolve))
    shown.stop()
    expect(leaksIn(shown.texts)).not.toEqual([])
  })

  test.each(Object.keys(PROVIDERS) as RemoteProvider[])(
    'by the signature that %s was given',
    async (name) => {
      const signer = signerFor(await PROVIDERS[name](emulator), 'contentType')
      const { bytes } = await signer.sign(MESSAGE, { encoding: 'der' })
      await signer.close()
      shown.stop()
      expect(leaksIn(shown.texts)).toEqual([])
      for (const text of [Buffer.from(bytes).toString('base64url'), Buffer.from(bytes).toString('hex')])
        expect(leaksIn([text.slice(40, 60)])).not.toEqual([])
    },
  )
})

/** Tries once more only, and at once. */
function signerFor(provider: SigningProvider, kind: FaultKind): Signer {
  const { algorithm = 'ES256' } = KINDS[kind]
  const keyId = `alias/${KEYS[algorithm]}`
  const attemptTimeoutMs = ENDLESS.includes(kind) ? 400 : 5_000
  return createSigner({ provider, keyId, algorithm, attemptTimeoutMs, maxAttempts: 2, random: () => 0 })
}

/** What was outlived, as an error, or undefined where the call did what it should. */
async function failureOf(call: () => Promise<unknown>): Promise<SigningError | undefined> {
  try {
    await call()
    return undefined
  } catch (error) {
    if (SigningError.is(error)) return error
    throw error
  }
}

/** Control, bidirectional and other format characters, and the separators of lines. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u

const LONGEST = 3_000

test.each(CASES)('%s tells nothing when it meets %s', async (name, kind) => {
  const { operations, publicKey, but } = KINDS[kind]
  const sign = but?.[name] ?? KINDS[kind].sign
  const before = emulator.faults.seen()[kind]
  const provider = await PROVIDERS[name](emulator)
  for (const operation of operations) emulator.faults.add({ kind, operation, times: null })
  const failures: (SigningError | undefined)[] = []
  for (const call of [(each: Signer) => each.sign(MESSAGE), (each: Signer) => each.publicKey()]) {
    const signer = signerFor(provider, kind)
    failures.push(await failureOf(() => call(signer)))
    await signer.close()
  }
  await new Promise((resolve) => setImmediate(resolve))
  shown.stop()
  // What happens is what is meant to; what was sent is known, and what is traced was seen.
  expect(failures.map((each) => each?.code ?? 'done')).toEqual([sign, publicKey])
  expect(emulator.faults.seen()[kind]).toBeGreaterThan(before)
  expect(wire.requests()).toBeGreaterThan(0)
  const outcome = `outcome: '${sign === 'done' ? 'signed' : sign}'`
  expect([...shown.texts].some((text) => text.includes(outcome))).toBe(true)
  const errors = failures.filter((each) => each !== undefined)
  const texts = [...shown.texts, ...errors.flatMap(viewsOf)]
  expect(leaksIn(texts)).toEqual([])
  expect(texts.filter((text) => UNSAFE.test(text.replaceAll('\n', ' ')))).toEqual([])
  for (const { message, ...members } of errors) {
    expect(message.length).toBeLessThan(LONGEST)
    expect(JSON.stringify(members).length).toBeLessThan(LONGEST)
  }
})
