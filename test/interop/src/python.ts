import { installedFile, sourceFile } from './part-files.js'
import { AUDIENCE, ISSUER } from './sample-token.js'
import { askProgram } from './verifier-program.js'

/** Something signed that is to be verified, or that is to be refused. */
export interface Question {
  readonly id: string
  /** What the verifier permits. */
  readonly alg: string
  readonly kind: 'jwt' | 'jws'
  readonly token: string
}

/** What Python found: the claims or the payload (base64) of what is valid, or else the name of its exception. */
export interface Answer {
  readonly id: string
  readonly claims?: Record<string, unknown>
  readonly payload?: string
  readonly error?: string
}

/** Has one Python program verify everything, with the keys that it fetches; the answers by the questions' ids. */
export function askPython(
  keySetUrl: string,
  questions: readonly Question[],
): Promise<ReadonlyMap<string, Answer>> {
  // The key set is on this machine, which no proxy reaches.
  const env = { ...process.env, no_proxy: '*' }
  const command = installedFile('cryptography/bin/python')
  const args = ['-I', sourceFile('cryptography/verify_tokens.py'), keySetUrl, ISSUER, AUDIENCE]
  return askProgram({ command, args, env }, questions)
}
