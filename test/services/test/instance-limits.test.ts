import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { createAlibabaKmsProvider } from '@signport/alibaba-kms'
import { generateKeyPair } from '@signport/contract'
import { createSigner, createVerifier, SigningError } from '@signport/core'
import { type Emulator, startEmulator } from '@signport/emulator'

const LIMIT = 3 * 1024 * 1024
const KEY_ID = '00000000-0000-4000-8000-000000000001'
const SHORT = 'alias/a'
const LONG = `alias/${'a'.repeat(240)}`
const { privateKey, publicKey } = generateKeyPair('ES256')

let emulator: Emulator

beforeAll(async () => {
  const keys = [{ id: KEY_ID, spec: 'ECC_NIST_P256' as const, privateKey }]
  const aliases = [SHORT, LONG].map((name) => ({ name, keyId: KEY_ID }))
  emulator = await startEmulator({ seed: { version: 1, keys, aliases }, tls: true })
})
afterAll(() => emulator.close())

async function signerFor(keyId: string) {
  const { keyId: clientKeyId, privateKeyPem } = await emulator.clientKey()
  const provider = createAlibabaKmsProvider({
    transport: 'instance',
    endpoint: emulator.tls?.url ?? '',
    ca: emulator.tls?.ca,
    clientKey: { keyId: clientKeyId, privateKey: privateKeyPem },
  })
  return createSigner({ provider, keyId, algorithm: 'ES256', messageType: 'raw', publicKey })
}

/** The length of what surrounds a message in SignRequest, counted by hand: a tag, a length and the bytes of each field. */
function overhead(keyId: string): number {
  const text = (value: string) => 1 + (value.length < 128 ? 1 : 2) + value.length
  // A message of some megabytes has a length of four bytes.
  return text(keyId) + text('ECDSA_SHA_256') + text('RAW') + 1 + 4
}

describe.each([
  ['a short name', SHORT],
  ['a long one', LONG],
])('a key of %s', (_, keyId) => {
  const longest = LIMIT - overhead(keyId)

  test('signs the largest message that fits', async () => {
    const signer = await signerFor(keyId)
    const message = Buffer.alloc(longest, 7)
    const signature = await signer.sign(message)
    expect(signature).toMatchObject({ messageType: 'raw', keyId: KEY_ID })
    expect(await createVerifier({ publicKey, algorithm: 'ES256' }).verify(message, signature)).toBe(true)
    await signer.close()
  })

  test('does not send one byte more', async () => {
    const signer = await signerFor(keyId)
    const asked = emulator.requests().length
    for (const length of [longest + 1, LIMIT, 2 * LIMIT]) {
      const error = await signer.sign(Buffer.alloc(length)).catch((error: unknown) => error)
      expect(SigningError.is(error, 'MessageTooLarge')).toBe(true)
      expect((error as Error).message).toContain(`the ${longest} bytes that alibaba-kms takes`)
    }
    expect(emulator.requests()).toHaveLength(asked)
    await signer.close()
  })

  test('signs any message as a digest', async () => {
    const signer = await signerFor(keyId)
    const message = Buffer.alloc(2 * LIMIT, 1)
    const signature = await signer.sign(message, { messageType: 'auto' })
    expect(signature.messageType).toBe('digest')
    expect(signature.digest).toEqual(Uint8Array.from(createHash('sha256').update(message).digest()))
    await signer.close()
  })
})
