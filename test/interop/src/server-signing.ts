import { createHash, randomBytes } from 'node:crypto'
import type { KeySpec } from '@aws-sdk/client-kms'
import { describe, expect, test } from '@jest/globals'
import type { AlgorithmName, Signer } from '@signport/core'
import { SERVERS, type ServerName } from './behaviour.js'
import { opensslVerifies, pemOf } from './openssl.js'
import { BEHAVIOUR } from './server-behaviour.js'
import { hashOf } from './server-demonstration.js'
import { PROVIDERS, type ProviderName, type ServerKind, type ServerUnderTest } from './server-under-test.js'
import { termsOf } from './verifier-terms.js'

const RSA = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'] as const

/** AWS's key specs for signing with the algorithms that openssl 3.0 verifies; none where it does not. */
const ALGORITHMS = {
  RSA_2048: RSA,
  RSA_3072: RSA,
  RSA_4096: RSA,
  ECC_NIST_P256: ['ES256'],
  ECC_NIST_P384: ['ES384'],
  ECC_NIST_P521: ['ES512'],
  ECC_SECG_P256K1: ['ES256K'],
  ECC_NIST_EDWARDS25519: ['Ed25519'],
  ML_DSA_44: [],
  ML_DSA_65: [],
  ML_DSA_87: [],
  SM2: [],
} as const satisfies Partial<Record<KeySpec, readonly AlgorithmName[]>>

type SigningSpec = keyof typeof ALGORITHMS

/** All that AWS signs with. */
const SIGNING_SPECS = Object.keys(ALGORITHMS) as SigningSpec[]

const FORMS = [
  { messageType: 'auto', bytes: 40 },
  { messageType: 'auto', bytes: 10_000 },
  { messageType: 'raw', bytes: 40 },
  { messageType: 'raw', bytes: 4_096 },
  { messageType: 'raw', bytes: 4_097 },
  { messageType: 'digest', bytes: 10_000 },
] as const

type Form = (typeof FORMS)[number]

interface Case {
  readonly spec: SigningSpec
  readonly algorithm: AlgorithmName
  readonly provider: ProviderName
}

const hasLongSalts = (name: ServerName) =>
  BEHAVIOUR['the salt of PSS'].found[name] === 'is as long as it can be'
const hashesDigests = (name: ServerName) => BEHAVIOUR['a digest'].found[name] === 'is hashed once more'

/** Every algorithm that a server has, by both of our providers, in every form; what is released is openssl's to judge. */
export function describeSigning(kind: ServerKind, server: () => ServerUnderTest): void {
  const specs = SIGNING_SPECS.filter((spec) => kind.specs.includes(spec))
  const cases = specs.flatMap((spec) =>
    ALGORITHMS[spec].flatMap((algorithm) =>
      PROVIDERS.map((provider): Case => ({ spec, algorithm, provider })),
    ),
  )

  describe(`signing with ${kind.name} (${SERVERS[kind.name]})`, () => {
    test.each(specs)('it makes a key of %s for the vendor', async (spec) => {
      expect(await server().createKey(spec)).toMatch(/^[\w-]{36}$/)
    })

    test.each(SIGNING_SPECS.filter((spec) => !specs.includes(spec)))('it makes none of %s', async (spec) => {
      await expect(server().createKey(spec)).rejects.toMatchObject({
        name: expect.stringMatching(/^(ValidationException|UnsupportedOperationException)$/),
        message: expect.stringContaining(spec),
      })
    })

    test.each(cases)('$algorithm with a key of $spec by $provider', async (each) => {
      const subject = await subjectOf(server(), each)
      for (const form of FORMS) await showForm(subject, form)
      await showDigest(subject)
    })
  })
}

/** A signer, and what its signatures are judged by. */
interface Subject extends Case {
  readonly server: ServerName
  readonly signer: Signer
  readonly keyId: string
  /** PEM. */
  readonly publicKey: string
  /** Of PSS, where the server has another one than the usual. */
  readonly salt: { readonly saltLength?: number }
}

/** Longer salts are permitted where the server makes them. */
async function subjectOf(server: ServerUnderTest, each: Case): Promise<Subject> {
  const { spec, algorithm, provider } = each
  const keyId = await server.keyOf(spec)
  const longSalt = algorithm.startsWith('PS') && hasLongSalts(server.kind.name)
  return {
    ...each,
    server: server.kind.name,
    signer: server.signer(provider, keyId, algorithm, longSalt ? { saltLength: 'any' } : {}),
    keyId,
    publicKey: pemOf(await server.publicKeyOf(keyId)),
    salt: longSalt ? longestSalt(spec, algorithm) : {},
  }
}

async function showForm(subject: Subject, form: Form): Promise<void> {
  const { server, signer, algorithm, keyId } = subject
  const message = randomBytes(form.bytes)
  const signing = signer.sign(message, { messageType: form.messageType })
  const expected = outcome(server, algorithm, form)
  if (expected !== 'released') return expect(signing).rejects.toMatchObject({ code: expected })
  const { bytes: signature, keyId: named } = await signing
  expect(named).toContain(keyId)
  await expectVerified(subject, message, signature)
}

async function showDigest(subject: Subject): Promise<void> {
  const { server, signer, algorithm } = subject
  const message = randomBytes(10_000)
  if (algorithm === 'Ed25519')
    return expect(signer.signDigest(randomBytes(64))).rejects.toMatchObject({ code: 'UnsupportedAlgorithm' })
  const signing = signer.signDigest(createHash(hashOf(algorithm)).update(message).digest())
  if (hashesDigests(server)) return expect(signing).rejects.toMatchObject({ code: 'SignatureCheckFailed' })
  await expectVerified(subject, message, (await signing).bytes)
}

async function expectVerified(subject: Subject, message: Uint8Array, signature: Uint8Array): Promise<void> {
  const { algorithm, publicKey, salt } = subject
  const question = { ...termsOf(algorithm), ...salt, publicKey, message, signature }
  expect(await opensslVerifies(question)).toBe(true)
}

function outcome(name: ServerName, algorithm: string, { messageType, bytes }: Form): string {
  const pure = algorithm === 'Ed25519'
  if (pure && messageType === 'digest') return 'UnsupportedAlgorithm'
  const raw = pure || messageType === 'raw'
  if (raw && bytes > 4_096) return 'MessageTooLarge'
  return !raw && hashesDigests(name) ? 'SignatureCheckFailed' : 'released'
}

/** What RFC 8017 section 9.1.1 leaves room for. */
export function longestSalt(spec: string, algorithm: string): { readonly saltLength: number } {
  const [modulus, digest] = [Number(spec.slice('RSA_'.length)) / 8, Number(algorithm.slice(2)) / 8]
  return { saltLength: modulus - digest - 2 }
}
