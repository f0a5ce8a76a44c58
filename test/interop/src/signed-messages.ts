import { randomBytes } from 'node:crypto'
import { algorithms, createSigner, type SigningProvider } from '@signport/core'
import { type Emulator, startEmulator } from '@signport/emulator'
import { createLocalProvider } from '@signport/local'
import { generateSignedKeys, type SignedKey } from './signed-keys.js'
import { type SignedRow, signedRows, titleWith } from './signed-matrix.js'
import { createTokenProvider, TOKEN_PROVIDERS, type TokenProvider } from './token-providers.js'

/** A message, what a provider signed it with, and the public key as whoever made it has it. */
export interface SignedMessage extends SignedRow {
  readonly provider: TokenProvider
  /** PEM. */
  readonly publicKey: string
  readonly message: Uint8Array
  /** In DER for ECDSA and SM2. */
  readonly signature: Uint8Array
}

/** What all providers signed, and what each says that it could sign. */
export interface SignedMessages {
  readonly messages: readonly SignedMessage[]
  /** What was not signed, and why: the rest is verified nevertheless. */
  readonly failures: readonly string[]
  /** By the titles of rows. */
  readonly supported: Readonly<Record<TokenProvider, readonly string[]>>
}

/** Has every provider sign a message for each of its rows, and stops everything again. */
export async function signMessages(): Promise<SignedMessages> {
  const keys = generateSignedKeys()
  const seed = keys.map(({ id, spec, privateKey }) => ({ id, spec, privateKey }))
  await using emulator = await startEmulator({ seed: { version: 1, keys: seed }, tls: true })
  const messages: SignedMessage[] = []
  const failures: string[] = []
  const supported = new Map<TokenProvider, readonly string[]>()
  for (const name of TOKEN_PROVIDERS) {
    const provider = await createProvider(name, emulator, keys)
    supported.set(name, supportedBy(provider))
    for (const row of signedRows(name))
      await signOne(provider, row, keys).then(
        (signed) => messages.push({ ...row, provider: name, ...signed }),
        (error: Error) => failures.push(`${name}, ${row.title}: ${error.message}`),
      )
    await provider.close?.()
  }
  return { messages, failures, supported: Object.fromEntries(supported) as SignedMessages['supported'] }
}

function createProvider(name: TokenProvider, emulator: Emulator, keys: readonly SignedKey[]) {
  if (name !== 'local') return createTokenProvider(name, emulator, [])
  return createLocalProvider({
    keys: Object.fromEntries(keys.map(({ id, privateKey }) => [id, privateKey])),
  })
}

/** The titles of all rows that there could be. Whoever takes digests takes those of SM2 with any id. */
function supportedBy(provider: SigningProvider): readonly string[] {
  return algorithms.flatMap((row) => {
    const support = provider.support(row, 'alias/any')
    if (!support) return []
    const takesId = row.scheme === 'sm2' && (support.userId || support.inputs.includes('digest'))
    return [
      row.name,
      ...(support.context ? [titleWith(row.name, { context: 'any' })] : []),
      ...(takesId ? [titleWith(row.name, { userId: 'any' })] : []),
    ]
  })
}

async function signOne(provider: SigningProvider, row: SignedRow, keys: readonly SignedKey[]) {
  const { algorithm, parameters = {} } = row
  const kind = algorithms.find(({ name }) => name === algorithm)?.key
  const key = keys.find((each) => each.kind === kind)
  if (!key) throw new TypeError(`There is no key for ${algorithm}.`)
  const message = Uint8Array.from(randomBytes(1_000))
  const signer = createSigner({ provider, keyId: key.id, algorithm, ...parameters })
  const { bytes: signature } = await signer.sign(message)
  return { publicKey: key.publicKey, message, signature }
}
