import { randomBytes } from 'node:crypto'
import {
  KMSClient as Client,
  CreateKeyCommand,
  type CreateKeyCommandInput,
  GetPublicKeyCommand,
  type KMSClient,
  SignCommand,
  type SigningAlgorithmSpec,
  VerifyCommand,
} from '@aws-sdk/client-kms'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type Emulator, startEmulator } from '@signport/emulator'
import { formsOf, STRANGERS } from './support/stranger.js'

let emulator: Emulator
let client: KMSClient
const keys = new Map<string, Promise<{ KeyId: string; spki: Buffer }>>()

beforeAll(async () => {
  emulator = await startEmulator()
  const { url, region, credentials } = emulator
  client = new Client({ endpoint: url, region, credentials: credentials[0], maxAttempts: 1 })
})

afterAll(async () => {
  client.destroy()
  await emulator.close()
})

/** One key of each spec for all tests: some take a while to be made. */
function keyOf(spec: string) {
  const known = keys.get(spec) ?? makeKey(spec as NonNullable<CreateKeyCommandInput['KeySpec']>)
  keys.set(spec, known)
  return known
}

async function makeKey(KeySpec: NonNullable<CreateKeyCommandInput['KeySpec']>) {
  const { KeyMetadata } = await client.send(new CreateKeyCommand({ KeySpec, KeyUsage: 'SIGN_VERIFY' }))
  const KeyId = KeyMetadata?.Arn ?? ''
  const { PublicKey } = await client.send(new GetPublicKeyCommand({ KeyId }))
  return { KeyId, spki: Buffer.from(PublicKey ?? []) }
}

const cases = STRANGERS.flatMap(([spec, algorithm, verify]) =>
  formsOf(spec, algorithm).map(([type, form]) => ({ spec, algorithm, type, form, verify })),
)

describe.each(cases)('$algorithm by a key of $spec, of $type', ({ spec, algorithm, type, form, verify }) => {
  const SigningAlgorithm = algorithm as SigningAlgorithmSpec

  test.each([
    ['one byte', 1],
    ['the most that is taken', 4096],
  ])('is valid to a stranger for a message of %s', async (_size, bytes) => {
    const { KeyId, spki } = await keyOf(spec)
    const message = randomBytes(bytes)
    const Message = form(spki, message)
    const signed = await client.send(new SignCommand({ KeyId, Message, MessageType: type, SigningAlgorithm }))
    expect(signed).toMatchObject({ KeyId, SigningAlgorithm })
    const signature = Buffer.from(signed.Signature ?? [])
    expect(verify(spki, message, signature)).toBe(true)
    expect(verify(spki, Buffer.from(message.map((byte) => byte ^ 1)), signature)).toBe(false)
  })

  test('is valid to Verify in every form of the message, and to no other message or signature', async () => {
    const { KeyId, spki } = await keyOf(spec)
    const message = Buffer.from('Q3: 4,711 units')
    const sign = new SignCommand({ KeyId, Message: form(spki, message), MessageType: type, SigningAlgorithm })
    const { Signature = new Uint8Array() } = await client.send(sign)
    const verifyIn = (each: (typeof cases)[number], text: Buffer, bytes: Uint8Array) =>
      client.send(
        new VerifyCommand({
          KeyId,
          Message: each.form(spki, text),
          MessageType: each.type,
          SigningAlgorithm,
          Signature: bytes,
        }),
      )
    const invalid = { name: 'KMSInvalidSignatureException', $metadata: { httpStatusCode: 400 } }
    for (const each of cases.filter((other) => other.spec === spec && other.algorithm === algorithm)) {
      expect(await verifyIn(each, message, Signature)).toMatchObject({ KeyId, SignatureValid: true })
      await expect(verifyIn(each, Buffer.from('other'), Signature)).rejects.toMatchObject(invalid)
      for (const damaged of damages(Signature))
        await expect(verifyIn(each, message, damaged)).rejects.toMatchObject(invalid)
    }
  })
})

/** A bit turned at the end, something after it, something missing, and something else altogether. */
function damages(signature: Uint8Array): Uint8Array[] {
  const turned = Uint8Array.from(signature)
  turned[turned.length - 1] = (turned.at(-1) ?? 0) ^ 1
  return [turned, Buffer.concat([signature, Uint8Array.of(0)]), signature.subarray(1), Uint8Array.of(1)]
}
