import assert from 'node:assert/strict'
import type { Signature, Signer, SigningProvider } from '@signport/core'
import type { ContractCase, ContractSubject } from '../contract-case.js'
import { digestFor, formOf, type KeyUnderTest, messageOf, verifies } from '../key-under-test.js'
import { spkiOf } from '../oracle.js'
import { rejection } from '../rejection.js'
import { withProvider, withSigner } from '../with-provider.js'

/** What users see: the provider behind core's signer. */
export function signerCases(subject: ContractSubject, key: KeyUnderTest): ContractCase[] {
  const { name, digest } = key.algorithm
  const through = (use: (signer: Signer, key: KeyUnderTest, takes: Takes) => Promise<void>) => async () => {
    const takes = await withProvider(subject.create, async (provider) => takenBy(provider, key))
    await withSigner(subject, key, (signer) => use(signer, key, takes))
  }
  return [
    { name: `${name}: messages of any length are signed`, run: through(anyLength) },
    { name: `${name}: a stream is signed like its bytes`, run: through(stream) },
    {
      name: `${name}: raw is sent within the limits and refused outside them`,
      run: () => rawLimits(subject, key),
    },
    { name: `${name}: what was tampered with is not valid`, run: through(tampered) },
    { name: `${name}: the result says how it came about`, run: through(result) },
    { name: `${name}: another key than the pinned one is KeyMismatch`, run: () => pinned(subject, key) },
    { name: `${name}: probe says that it can sign`, run: through(probed) },
    ...(digest
      ? [
          {
            name: `${name}: a digest is signed where it can be, one of another length is not`,
            run: through(digests),
          },
        ]
      : []),
    ...(key.algorithm.scheme === 'ecdsa'
      ? [{ name: `${name}: r ‖ s when asked for`, run: through(pairs) }]
      : []),
  ]
}

async function assertValid(signature: Signature, key: KeyUnderTest, message: Uint8Array): Promise<void> {
  const encoding = signature.encoding === 'raw' ? {} : { encoding: signature.encoding }
  const form = formOf(key, { bytes: signature.bytes, ...encoding })
  assert.ok(await verifies(key, message, form), `the oracle refuses the signature of ${message.length} bytes`)
}

async function anyLength(signer: Signer, key: KeyUnderTest, { longest }: Takes): Promise<void> {
  const lengths =
    longest === Number.POSITIVE_INFINITY ? [0, 1, 4096, 4097, 100_000] : [1, Math.min(longest, 4096)]
  for (const length of lengths) {
    const message = messageOf(length)
    const signature = await signer.sign(message)
    await assertValid(signature, key, message)
    assert.ok(await signer.verify(message, signature), 'the signer refuses its own signature')
  }
}

async function stream(signer: Signer, key: KeyUnderTest, { longest }: Takes): Promise<void> {
  const message = messageOf(Math.min(longest, 1_000_000))
  async function* chunks() {
    for (let at = 0; at < message.length; at += 65_521) yield message.subarray(at, at + 65_521)
  }
  await assertValid(await signer.sign(chunks()), key, message)
}

/** What a provider takes of an algorithm's messages. */
interface Takes {
  /** In bytes: as long as anybody likes where it takes a digest or a stream. */
  readonly longest: number
  /** Whether a digest of the caller can be signed. */
  readonly digest: boolean
}

function takenBy(provider: SigningProvider, { algorithm, keyId }: KeyUnderTest): Takes {
  const { inputs = [], raw } = provider.support(algorithm, keyId) ?? {}
  const whole = inputs.every((kind) => kind === 'raw')
  return {
    longest: whole ? (raw?.maxBytes ?? 0) : Number.POSITIVE_INFINITY,
    digest: inputs.includes('digest') || inputs.includes('external-mu'),
  }
}

async function rawLimits(subject: ContractSubject, key: KeyUnderTest): Promise<void> {
  const support = await withProvider(subject.create, async (each) => each.support(key.algorithm, key.keyId))
  const { minBytes = 0, maxBytes = 0 } = support?.raw ?? {}
  const takesRaw = support?.inputs.some((kind) => kind === 'raw' || kind === 'stream')
  await withSigner(subject, key, async (signer) => {
    const signRaw = (bytes: number) => signer.sign(messageOf(bytes), { messageType: 'raw' })
    if (!takesRaw) return assertCode(() => signRaw(Math.max(1, minBytes)), 'UnsupportedAlgorithm')
    const message = messageOf(Math.max(1, minBytes))
    await assertValid(await signer.sign(message, { messageType: 'raw' }), key, message)
    if (minBytes > 0) await assertCode(() => signRaw(minBytes - 1), 'InvalidArgument')
    if (maxBytes < 16 * 1024 * 1024) await assertCode(() => signRaw(maxBytes + 1), 'MessageTooLarge')
  })
}

async function assertCode(call: () => Promise<unknown>, code: string): Promise<void> {
  assert.equal(((await rejection(call)) as { code?: string }).code, code)
}

async function tampered(signer: Signer): Promise<void> {
  const message = messageOf(80)
  const { bytes } = await signer.sign(message)
  const flipped = Uint8Array.from(bytes)
  flipped[flipped.length - 1] = (flipped.at(-1) ?? 0) ^ 1
  assert.ok(await signer.verify(message, bytes), 'the signature itself is valid')
  assert.ok(!(await signer.verify(messageOf(81), bytes)), 'another message')
  for (const wrong of [flipped, bytes.subarray(0, -1), Uint8Array.from([...bytes, 0]), new Uint8Array()])
    assert.ok(!(await signer.verify(message, wrong)), `a changed signature of ${wrong.length} bytes`)
}

async function result(signer: Signer, key: KeyUnderTest): Promise<void> {
  const signature = await signer.sign(messageOf(90))
  assert.equal(signature.algorithm, key.algorithm.name)
  assert.equal(signature.provider, signer.provider)
  assert.equal(signature.keyId, key.reportedKeyId ?? signature.keyId)
  assert.ok(['raw', 'digest', 'external-mu'].includes(signature.messageType))
  if (signature.messageType === 'raw') assert.equal(signature.digest, undefined)
  else assert.deepEqual(signature.digest, digestFor(key, messageOf(90)), 'the digest that was sent')
}

async function pinned(subject: ContractSubject, key: KeyUnderTest): Promise<void> {
  const right = { publicKey: spkiOf(key.publicKey) }
  await withSigner(
    subject,
    key,
    async (signer) => assertValid(await signer.sign(messageOf(30)), key, messageOf(30)),
    right,
  )
  const wrong = { thumbprint: `sha256:${'0'.repeat(64)}` }
  await withSigner(
    subject,
    key,
    (signer) => assertCode(() => signer.sign(messageOf(30)), 'KeyMismatch'),
    wrong,
  )
}

async function probed(signer: Signer): Promise<void> {
  const { publicKey, permission } = await signer.probe()
  assert.ok(publicKey.equals(await signer.publicKey()))
  assert.ok(['confirmed', 'unknown'].includes(permission))
}

async function digests(signer: Signer, key: KeyUnderTest, takes: Takes): Promise<void> {
  const message = messageOf(110)
  const digest = digestFor(key, message)
  const { kind } = key.algorithm.digest ?? {}
  const options = kind ? { digestKind: kind } : {}
  if (!takes.digest) return assertCode(() => signer.signDigest(digest, options), 'UnsupportedAlgorithm')
  await assertValid(await signer.signDigest(digest, options), key, message)
  for (const wrong of [digest.subarray(1), Uint8Array.from([...digest, 0]), new Uint8Array()])
    await assertCode(() => signer.signDigest(wrong, options), 'DigestLengthMismatch')
}

async function pairs(signer: Signer, key: KeyUnderTest): Promise<void> {
  const message = messageOf(120)
  const signature = await signer.sign(message, { encoding: 'ieee-p1363' })
  assert.equal(signature.encoding, 'ieee-p1363')
  await assertValid(signature, key, message)
}
