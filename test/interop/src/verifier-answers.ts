import { fileURLToPath } from 'node:url'
import type { AlgorithmName } from '@signport/core'
import { askOpenssl } from './openssl.js'
import { PYTHON } from './python.js'
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

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url))

const GO: VerifierProgram = { command: path('../../../.cache/interop/verifier/verifier'), args: [] }

const PROGRAMS: Readonly<Record<Exclude<VerifierName, 'openssl'>, VerifierProgram>> = {
  cryptography: { command: PYTHON, args: ['-I', path('../parts/cryptography/verify_signatures.py')] },
  Go: GO,
  circl: GO,
  decred: GO,
  gmsm: GO,
}

/** Asks the verifiers that the questions name; the answers by the questions' ids. */
export async function askVerifiers(
  questions: readonly VerifierQuestion[],
): Promise<ReadonlyMap<string, VerifierAnswer>> {
  const answers = new Map<string, VerifierAnswer>()
  for (const question of questions)
    if (question.verifier === 'openssl')
      answers.set(question.id, { id: question.id, ...(await askOpenssl(termed(question))) })
  for (const program of new Set(Object.values(PROGRAMS))) {
    const own = questions.filter(({ verifier }) => verifier !== 'openssl' && PROGRAMS[verifier] === program)
    for (const [id, answer] of await askProgram<VerifierAnswer>(program, own.map(encoded)))
      answers.set(id, answer)
  }
  return answers
}

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
