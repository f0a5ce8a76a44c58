import { createHash } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { ml_dsa65 } from '@noble/post-quantum/ml-dsa.js'
import { createSigner, createVerifier, PublicKey, SigningError, type Verifier } from '@signport/core'
import { createLocalProvider } from '@signport/local'
import { publishedVectors } from '../../../scripts/published-vectors.mjs'
import { type MlDsaCase, type MlDsaGroup, readMlDsaFile } from './support/ml-dsa-files.js'

const folder = `${publishedVectors()}/wycheproof`
const VERIFYING = ['mldsa_44_verify_test.json', 'mldsa_65_verify_test.json']
const SIGNING = 'mldsa_65_sign_noseed_test.json'

async function* inPieces(message: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < message.length; start += 100) yield message.subarray(start, start + 100)
}

/** mu of FIPS 204 (algorithms 2 and 7), from the key as the file has it. */
function muOf(publicKey: Uint8Array, message: Uint8Array, context: Uint8Array): Uint8Array {
  const hash = (...parts: Uint8Array[]) =>
    createHash('shake256', { outputLength: 64 }).update(Buffer.concat(parts)).digest()
  return hash(hash(publicKey), Uint8Array.of(0, context.length), context, message)
}

/** Whether a question about bytes from strangers is answered with no: what is refused before it can be asked is, too. */
async function isAccepted(ask: () => Promise<boolean>): Promise<boolean> {
  try {
    return await ask()
  } catch (error) {
    if (SigningError.is(error, 'InvalidArgument')) return false
    throw error
  }
}

/** The name of a file and how many cases of each result it has. */
function summary(name: string): string {
  const cases = readMlDsaFile(`${folder}/${name}`).groups.flatMap((group) => group.cases)
  const valid = cases.filter((each) => each.valid).length
  return `${name}: ${cases.length} cases (${valid} valid, ${cases.length - valid} invalid)`
}

const shown = ({ id, comment, flags, valid }: MlDsaCase) => `${id} ${comment} (${flags}), valid: ${valid}`

describe.each(VERIFYING.map((name) => [summary(name), readMlDsaFile(`${folder}/${name}`)] as const))(
  '%s',
  (_, { algorithm, numberOfCases, groups }) => {
    const questions = groups.flatMap((group) => group.cases.map((each) => ({ group, each })))

    /** The three ways to the same answer: native where there is native code, then mu of a stream, then mu itself. */
    const ways: [string, (verifier: Verifier, group: MlDsaGroup, each: MlDsaCase) => Promise<boolean>][] = [
      [
        'the message',
        (verifier, _, { message = new Uint8Array(), signature }) => verifier.verify(message, signature),
      ],
      [
        'a stream',
        (verifier, _, { message = new Uint8Array(), signature }) =>
          verifier.verify(inPieces(message), signature),
      ],
      [
        'mu',
        (verifier, { publicKey = new Uint8Array() }, { message = new Uint8Array(), context, signature }) =>
          verifier.verifyDigest(muOf(publicKey, message, context), signature),
      ],
    ]

    test('all of its cases are asked', () => {
      expect(questions).toHaveLength(numberOfCases)
      expect(new Set(questions.map(({ each }) => each.valid))).toEqual(new Set([true, false]))
    })

    test.each(ways)('%s: no disagreement', async (_, ask) => {
      const disagreements: string[] = []
      for (const { group, each } of questions) {
        const accepted = await isAccepted(async () => {
          const options = { publicKey: group.publicKeyDer, algorithm, context: each.context }
          return ask(createVerifier(options), group, each)
        })
        if (accepted !== each.valid) disagreements.push(shown(each))
      }
      expect(disagreements).toEqual([])
    })

    test('each key is the same in all its forms', () => {
      for (const { publicKey = new Uint8Array(), publicKeyDer } of groups) {
        const jwk = { kty: 'AKP', alg: algorithm, pub: Buffer.from(publicKey).toString('base64url') }
        const forms = [publicKeyDer, jwk].map((form) => {
          try {
            return PublicKey.from(form).fingerprint
          } catch (error) {
            return (error as SigningError).code
          }
        })
        expect(forms[0]).toBe(forms[1])
      }
    })
  },
)

/** PKCS#8 with an expanded key alone (RFC 9881 section 6). */
function pemOf(expanded: Uint8Array): string {
  const octets = element(4, element(4, expanded))
  const oid = Buffer.from('300b0609608648016503040312', 'hex')
  const der = element(0x30, Buffer.concat([Buffer.from('020100', 'hex'), oid, octets]))
  return `-----BEGIN PRIVATE KEY-----\n${der.toString('base64')}\n-----END PRIVATE KEY-----\n`
}

function element(tag: number, content: Uint8Array): Buffer {
  return Buffer.concat([Uint8Array.of(tag, 0x82, content.length >> 8, content.length & 0xff), content])
}

describe(summary(SIGNING), () => {
  const { algorithm, numberOfCases, groups } = readMlDsaFile(`${folder}/${SIGNING}`)
  const questions = groups.flatMap((group) => group.cases.map((each) => ({ group, each })))
  const valid = questions.filter(({ each }) => each.valid)

  const provider = createLocalProvider({
    keys: Object.fromEntries(groups.map(({ privateKey }, index) => [index, pemOf(privateKey)])),
  })
  const signerOf = (group: MlDsaGroup, context: Uint8Array) =>
    createSigner({ provider, keyId: String(groups.indexOf(group)), algorithm, context })

  test('all of its cases are asked', () => {
    expect(questions).toHaveLength(numberOfCases)
  })

  test('keys and contexts that are not valid are refused', async () => {
    for (const { group, each } of questions.filter(({ each }) => !each.valid)) {
      const signing = async () => signerOf(group, each.context).sign(each.message ?? new Uint8Array())
      const code = each.flags.includes('InvalidContext') ? 'InvalidArgument' : 'Configuration'
      await expect(signing()).rejects.toMatchObject({ code })
    }
  })

  test('keys are read, mu is the published one, and what was signed verifies', async () => {
    for (const { group, each } of valid) {
      const { message, context, mu = new Uint8Array(), signature } = each
      const signer = signerOf(group, context)
      const publicKey = await signer.publicKey()
      expect([shown(each), Buffer.from(publicKey.toRaw())]).toEqual([shown(each), group.publicKey])
      const made = message
        ? await signer.sign(message, { messageType: 'digest' })
        : await signer.signDigest(mu, { digestKind: 'ml-dsa-mu' })
      expect([shown(each), Buffer.from(made.digest ?? [])]).toEqual([shown(each), mu])
      for (const bytes of [made.bytes, signature]) {
        const answers = [
          await signer.verifyDigest(mu, bytes),
          message ? await signer.verify(message, bytes) : true,
        ]
        expect([shown(each), ...answers]).toEqual([shown(each), true, true])
      }
    }
  })

  test('the library makes the published signatures, where it gets the published random bytes', () => {
    for (const { group, each } of valid) {
      const { mu = new Uint8Array(), random, signature } = each
      const options = { externalMu: true, extraEntropy: random ?? false } as const
      const made = ml_dsa65.internal.sign(mu, group.privateKey, options)
      expect([shown(each), Buffer.from(made)]).toEqual([shown(each), signature])
    }
  })
})
