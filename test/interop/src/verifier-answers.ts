import type { AlgorithmName } from '@signport/core'
import { askOpenssl } from './openssl.js'
import { installedFile, sourceFile } from './part-files.js'
import { eachOf, sideBySide } from './side-by-side.js'
import type { SignedParameters } from './signed-matrix.js'
import { askProgram, type VerifierProgram } from './verifier-program.js'
import { messageFor, termsOf } from './verifier-terms.js'
import type { VerifierName } from './verifiers.js'

/** Something that a verifier is asked: whether a signature is valid for a message. */
export interface VerifierQuestion {
  readonly id: string
  readonly verifier: VerifierName
  readonly algorithm: AlgorithmName
  readonly parameters?: SignedParameters | undefined
  /** PEM. */
  readonly publicKey: string
  readonly message: Uint8Array
  readonly signature: Uint8Array
}

/** What it answered: `unsupported` with its reason where it could not tell. */
export interface VerifierAnswer {
  readonly id: string
  readonly verdict: 'valid' | 'refused' | 'unsupported'
  readonly reason?: string
}

/** How long all of them may take together, in milliseconds: far longer than they need on a machine that is busy. */
const LIMIT_MS = 480_000

/** Of the openssl command, which is started for each question. */
const AT_ONCE = 2

const GO = ['Go', 'circl', 'decred', 'gmsm'] as const satisfies readonly VerifierName[]

/**
 * Asks the verifiers that the questions name; the answers by the questions' ids.
 *
 * @throws Error that says who has not answered in time
 */
export async function askVerifiers(
  questions: readonly VerifierQuestion[],
  limitMs = LIMIT_MS,
): Promise<ReadonlyMap<string, VerifierAnswer>> {
  const answers = new Map<string, VerifierAnswer>()
  const add = (answer: VerifierAnswer) => answers.set(answer.id, answer)
  const questionsTo = (...names: readonly VerifierName[]) =>
    questions.filter(({ verifier }) => names.includes(verifier))
  const program =
    (find: () => VerifierProgram, names: readonly VerifierName[]) => async (signal: AbortSignal) => {
      const own = questionsTo(...names).map(encoded)
      for (const answer of (await askProgram<VerifierAnswer>(find(), own, signal)).values()) add(answer)
    }
  const openssl = (signal: AbortSignal) =>
    eachOf(questionsTo('openssl'), AT_ONCE, async (question) => {
      signal.throwIfAborted()
      add({ id: question.id, ...(await askOpenssl(termed(question), { signal })) })
    })
  await sideBySide(
    { openssl, cryptography: program(python, ['cryptography']), [GO.join(', ')]: program(go, GO) },
    limitMs,
  )
  return answers
}

const python = (): VerifierProgram => ({
  command: installedFile('cryptography/bin/python'),
  args: ['-I', sourceFile('cryptography/verify_signatures.py')],
})

const go = (): VerifierProgram => ({ command: installedFile('verifier/verifier'), args: [] })

/** In the terms of the field, with what is signed in place of the message where that is something else. */
function termed({ algorithm, parameters, message, publicKey, signature }: VerifierQuestion) {
  return { ...termsOf(algorithm, parameters), publicKey, message: messageFor(algorithm, message), signature }
}

function encoded(question: VerifierQuestion) {
  const { publicKey, message, signature, ...terms } = termed(question)
  const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')
  return {
    id: question.id,
    verifier: question.verifier,
    ...terms,
    publicKey: base64(derOf(publicKey)),
    message: base64(message),
    signature: base64(signature),
  }
}

/** The DER in PEM, unread: not every Node knows every kind of key. */
function derOf(pem: string): Uint8Array {
  return Buffer.from(pem.replace(/-----[^-]+-----/g, ''), 'base64')
}
