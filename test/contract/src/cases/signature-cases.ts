import assert from 'node:assert/strict'
import type { InputKind, ProviderInput, ProviderSignature, SigningProvider } from '@signport/core'
import type { ContractCase, ContractSubject } from '../contract-case.js'
import { digestFor, formOf, type KeyUnderTest, messageOf, requestFor, verifies } from '../key-under-test.js'
import { assertLowS } from '../signature-form.js'
import { withProvider } from '../with-provider.js'

/** Larger messages are not sent, whatever a provider's limit is. In bytes. */
const MAX_SENT_BYTES = 1024 * 1024

const CONCURRENT = 20

/** What a provider signs, looked at without core. */
export function signatureCases(subject: ContractSubject, key: KeyUnderTest): ContractCase[] {
  const { create, capabilities } = subject
  const { name } = key.algorithm
  const withSupport = (use: (call: SignCall) => Promise<void>) => () =>
    withProvider(create, (provider) => use(callOf(provider, key)))
  return [
    {
      name: `${name}: every input that it takes is signed, raw ones up to the limit`,
      run: withSupport(everyInput),
    },
    { name: `${name}: a signature is of its message alone`, run: withSupport(ofItsMessage) },
    { name: `${name}: signatures at the same time are not mixed up`, run: withSupport(atTheSameTime) },
    { name: `${name}: what was handed in is left as it was`, run: withSupport(leftAsItWas) },
    ...(key.otherNames ?? []).map((keyId) => ({
      name: `${name}: the key has the name ${keyId}, too`,
      run: withSupport((call) => everyInput({ ...call, key: { ...key, keyId } })),
    })),
    ...(capabilities?.lowS?.includes(name)
      ? [{ name: `${name}: s is low, as promised`, run: withSupport(lowS) }]
      : []),
  ]
}

interface SignCall {
  readonly provider: SigningProvider
  readonly key: KeyUnderTest
  readonly inputs: readonly InputKind[]
  readonly raw: { readonly minBytes: number; readonly maxBytes: number }
  readonly wireName: string
}

function callOf(provider: SigningProvider, key: KeyUnderTest): SignCall {
  const support = provider.support(key.algorithm, key.keyId)
  assert.ok(support, `the provider does not support ${key.algorithm.name}`)
  return { provider, key, ...support }
}

async function everyInput(call: SignCall): Promise<void> {
  for (const kind of call.inputs) {
    for (const length of kind === 'raw' ? rawLengths(call) : [100]) {
      const message = messageOf(length)
      await assertSigned(call, inputOf(call, kind, message), message)
    }
  }
}

/** The least and the greatest that it says it takes, and one in between. */
function rawLengths({ raw: { minBytes, maxBytes } }: SignCall): number[] {
  const greatest = Math.min(maxBytes, MAX_SENT_BYTES)
  return [minBytes, Math.min(100, greatest), greatest]
}

async function ofItsMessage(call: SignCall): Promise<void> {
  const [one, other] = [messageOf(40), messageOf(41)]
  for (const kind of call.inputs) {
    const signature = formOf(call.key, await sign(call, inputOf(call, kind, one)))
    assert.ok(
      !(await verifies(call.key, other, signature)),
      'the signature is valid for another message, too',
    )
  }
}

async function atTheSameTime(call: SignCall): Promise<void> {
  const [kind = 'raw'] = call.inputs
  const messages = Array.from({ length: CONCURRENT }, (_, index) => messageOf(50 + index))
  await Promise.all(messages.map((message) => assertSigned(call, inputOf(call, kind, message), message)))
}

async function leftAsItWas(call: SignCall): Promise<void> {
  for (const kind of call.inputs.filter((kind) => kind !== 'stream')) {
    const input = inputOf(call, kind, messageOf(60))
    const bytes = 'message' in input ? input.message : 'digest' in input ? input.digest : new Uint8Array()
    const before = Uint8Array.from(bytes)
    const signature = await sign(call, input)
    assert.deepEqual(Uint8Array.from(bytes), before, 'the provider has changed what it was to sign')
    assert.notEqual(signature.bytes.buffer, bytes.buffer, 'the signature lies where the input lies')
  }
}

async function lowS(call: SignCall): Promise<void> {
  const [kind = 'raw'] = call.inputs
  // Half of all signatures have a low s by chance.
  for (let count = 0; count < 20; count++) {
    const signature = await sign(call, inputOf(call, kind, messageOf(70 + count)))
    assertLowS(call.key.algorithm, formOf(call.key, signature))
  }
}

function sign({ provider, key, wireName }: SignCall, input: ProviderInput): Promise<ProviderSignature> {
  return provider.sign(requestFor(key, wireName, input), {})
}

async function assertSigned(call: SignCall, input: ProviderInput, message: Uint8Array): Promise<void> {
  const signature = await sign(call, input)
  const form = formOf(call.key, signature)
  const valid = await verifies(call.key, message, form)
  assert.ok(valid, `the signature by ${input.kind} is not one of the key over the message`)
  assertEcho(call, signature, input)
}

/** What a service says of its answer must be true; it need not say anything. */
function assertEcho(
  { key, wireName }: SignCall,
  { keyId, wireName: used, messageType, requestId, keyVersion }: ProviderSignature,
  input: ProviderInput,
): void {
  if (key.reportedKeyId !== undefined) assert.equal(keyId, key.reportedKeyId, 'the answer names another key')
  for (const text of [keyId, requestId, keyVersion])
    assert.notEqual(text, '', 'what is not known is left out')
  if (used !== undefined) assert.equal(used, wireName, 'the answer names another algorithm')
  const sent = input.kind === 'stream' ? 'raw' : input.kind
  if (messageType !== undefined) assert.equal(messageType, sent, 'the answer names another message type')
}

function inputOf({ key }: SignCall, kind: InputKind, message: Uint8Array): ProviderInput {
  if (kind === 'raw') return { kind, message }
  if (kind === 'stream') return { kind, chunks: chunksOf(message) }
  return { kind, digest: digestFor(key, message) }
}

/** In one buffer that is used again, as core permits it. */
async function* chunksOf(message: Uint8Array): AsyncGenerator<Uint8Array, void> {
  const buffer = new Uint8Array(7)
  for (let at = 0; at < message.length; at += buffer.length) {
    const part = message.subarray(at, at + buffer.length)
    buffer.set(part)
    yield buffer.subarray(0, part.length)
  }
}
