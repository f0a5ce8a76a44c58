import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { AUDIENCE, ISSUER } from './sample-token.js'

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

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url))
const PYTHON = path('../../../.cache/interop/cryptography/bin/python')
const PROGRAM = path('../parts/cryptography/verify_tokens.py')

/** Has one Python program verify everything, with the keys that it fetches; the answers by the questions' ids. */
export async function askPython(
  keySetUrl: string,
  questions: readonly Question[],
): Promise<ReadonlyMap<string, Answer>> {
  // The key set is on this machine, which no proxy reaches.
  const env = { ...process.env, no_proxy: '*' }
  const child = spawn(PYTHON, ['-I', PROGRAM, keySetUrl, ISSUER, AUDIENCE], { env })
  // A program that ends early says why.
  child.stdin.on('error', () => {})
  child.stdin.end(questions.map((question) => `${JSON.stringify(question)}\n`).join(''))
  const [stdout, stderr, [status]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ])
  if (status !== 0) throw new Error(`Python ended with ${status}: ${stderr}`)
  const answers = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Answer)
  return new Map(answers.map((answer) => [answer.id, answer]))
}
