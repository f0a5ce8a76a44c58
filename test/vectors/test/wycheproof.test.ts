import { createHash } from 'node:crypto'
import { beforeAll, describe, expect, test } from '@jest/globals'
import { createVerifier, PublicKey, parseAlgorithm, type Verifier } from '@signport/core'
import { publishedVectors } from '../../../scripts/published-vectors.mjs'
import { DECISIONS, NOT_VERIFIED, SCHEMAS } from '../src/schemas.js'
import { type Case, type Group, readVectorFiles, type VectorFile } from '../src/wycheproof.js'

const files = readVectorFiles(`${publishedVectors()}/wycheproof`)
const verified = files.filter(({ schema }) => SCHEMAS.has(schema))

/** The files that must be there: a folder without them would test nothing. */
const ECDSA_FILES = [
  'ecdsa_secp256k1_sha256_p1363_test.json',
  'ecdsa_secp256k1_sha256_test.json',
  'ecdsa_secp256r1_sha256_p1363_test.json',
  'ecdsa_secp256r1_sha256_test.json',
  'ecdsa_secp384r1_sha384_test.json',
  'ecdsa_secp521r1_sha512_p1363_test.json',
  'ecdsa_secp521r1_sha512_test.json',
]

/** One case with the verifier of its key. */
interface Question {
  readonly verifier: Verifier
  readonly algorithm: string
  readonly case: Case
}

test('the files of ECDSA are there, in both layouts', () => {
  expect(verified.map(({ name }) => name)).toEqual(expect.arrayContaining(ECDSA_FILES))
})

test('every file is verified, or it is written down why not', () => {
  const forgotten = files.filter(({ schema }) => !SCHEMAS.has(schema) && !NOT_VERIFIED.has(schema))
  expect(forgotten.map(({ name, schema }) => `${name}: ${schema}`)).toEqual([])
})

describe.each(verified.map((file) => [summary(file), file] as const))('%s', (_, file) => {
  let questions: Question[] = []

  beforeAll(() => {
    questions = file.groups.flatMap((group) => questionsOf(file, group))
  })

  test('all of its cases are asked', () => {
    expect(questions.length).toBeGreaterThan(0)
    expect(questions).toHaveLength(file.numberOfCases)
    // A verifier that always gives the same answer agrees with no file.
    expect(new Set(questions.map((question) => isValid(question.case)))).toEqual(new Set([true, false]))
  })

  test('the message: no disagreement', async () => {
    expect(
      await disagreements(questions, ({ verifier, case: { message, signature } }) =>
        verifier.verify(message, signature),
      ),
    ).toEqual([])
  })

  if (file.groups.some(({ hash }) => hash))
    test('its digest: no disagreement', async () => {
      const ask = ({ verifier, algorithm, case: { message, signature } }: Question) => {
        const hash = parseAlgorithm(algorithm).digest?.hash ?? ''
        return verifier.verifyDigest(createHash(hash).update(message).digest(), signature)
      }
      expect(await disagreements(questions, ask)).toEqual([])
    })

  test('each key is the same in all its forms', () => {
    for (const { publicKeyDer, otherForms } of file.groups) {
      const { thumbprint, fingerprint } = PublicKey.from(publicKeyDer)
      for (const form of otherForms) expect(PublicKey.from(form)).toMatchObject({ thumbprint, fingerprint })
    }
    expect(file.groups.some(({ otherForms }) => otherForms.length > 0)).toBe(true)
  })
})

/** The name of a file and how many cases of each result it has. */
function summary({ name, groups }: VectorFile): string {
  const cases = groups.flatMap((group) => group.cases)
  const counts = (['valid', 'invalid', 'acceptable'] as const).map(
    (result) => `${cases.filter((each) => each.result === result).length} ${result}`,
  )
  return `${name}: ${cases.length} cases (${counts.join(', ')})`
}

function questionsOf(file: VectorFile, group: Group): Question[] {
  const schema = SCHEMAS.get(file.schema)
  const algorithm = schema?.algorithmOf(group)
  if (!schema || !algorithm) throw new Error(`${file.name} has an algorithm that Signport does not have`)
  const { encoding } = schema
  const verifier = createVerifier({ publicKey: group.publicKeyDer, algorithm, ...(encoding && { encoding }) })
  return group.cases.map((each) => ({ verifier, algorithm, case: each }))
}

/** Whether a signature is to be accepted. What is left open is decided by its flags, in one place. */
function isValid({ id, result, flags }: Case): boolean {
  if (result !== 'acceptable') return result === 'valid'
  const decisions = flags.flatMap((flag) => DECISIONS.get(flag) ?? [])
  const [decision] = decisions
  if (!decision || decisions.length > 1) throw new Error(`Case ${id} (${flags}) is not decided once`)
  return decision.valid
}

/** The cases of which Signport thinks otherwise: as text, for whoever reads the failure. */
async function disagreements(
  questions: readonly Question[],
  ask: (question: Question) => Promise<boolean>,
): Promise<string[]> {
  const found: string[] = []
  for (const question of questions) {
    const { id, comment, flags, result } = question.case
    const answer = await ask(question)
    if (answer !== isValid(question.case)) found.push(`${id} ${comment} (${result}: ${flags}): ${answer}`)
  }
  return found
}
