import { execFile, spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { VerifierTerms } from './verifier-terms.js'

const OLDEST = [3, 0] as const
const COMMAND = 'openssl'

/** One that hangs is not to keep a whole test from its end. */
const LIMIT = { timeout: 60_000, killSignal: 'SIGKILL' } as const

/** An algorithm for the command, which sees by itself of what kind a key is. */
export interface OpensslTerms extends Omit<VerifierTerms, 'key'> {
  /** Of PSS, in bytes; as long as the digest where it is absent. */
  readonly saltLength?: number
}

/** What the command is asked to verify: a public key as PEM, a signature in DER where it is one of ECDSA or SM2. */
export interface OpensslQuestion extends OpensslTerms {
  readonly publicKey: string
  readonly message: Uint8Array
  readonly signature: Uint8Array
}

/** What the command said: `unsupported` is everything but a verdict. */
export interface OpensslAnswer {
  readonly verdict: 'valid' | 'refused' | 'unsupported'
  readonly reason?: string
}

/** The version of the openssl command, such as [3, 5]. It throws where there is none that is new enough. */
export function opensslVersion(command = COMMAND): readonly [number, number] {
  const { error, stdout } = spawnSync(command, ['version'], { encoding: 'utf8', ...LIMIT })
  const [, major = 0, minor = 0] = /^OpenSSL (\d+)\.(\d+)/.exec(stdout ?? '')?.map(Number) ?? []
  if (isSince([major, minor], OLDEST)) return [major, minor]
  const found = stdout?.trim()
    ? `openssl is ${stdout.trim()}`
    : `there is none (${error?.message ?? 'it is mute'})`
  throw new Error(
    `The interop tests need the command of OpenSSL ${OLDEST.join('.')} or newer, and ${found}: ` +
      'Debian and Ubuntu have it in the package openssl.',
  )
}

/** Whether a version is another one or newer. */
export function isSince(
  [major, minor]: readonly [number, number],
  [oldestMajor, oldestMinor]: readonly [number, number],
): boolean {
  return major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)
}

/** Whether a signature is valid according to the openssl command. @throws Error where it says neither yes nor no */
export async function opensslVerifies(question: OpensslQuestion, command = COMMAND): Promise<boolean> {
  const { verdict, reason } = await askOpenssl(question, { command })
  if (verdict !== 'unsupported') return verdict === 'valid'
  // One that is not there, too old, or somebody else's, is why.
  opensslVersion(command)
  throw new Error(`openssl could not tell: ${reason}`)
}

/** A public key as the command reads it. @param spki SubjectPublicKeyInfo, as DER */
export function pemOf(spki: Uint8Array): string {
  const lines = Buffer.from(spki)
    .toString('base64')
    .replace(/.{64}(?!$)/g, '$&\n')
  return `-----BEGIN PUBLIC KEY-----\n${lines}\n-----END PUBLIC KEY-----\n`
}

/** How the command is run. */
interface OpensslRun {
  readonly command?: string
  /** Ends it. */
  readonly signal?: AbortSignal
}

/** Asks the openssl command about one signature. */
export async function askOpenssl(question: OpensslQuestion, how: OpensslRun = {}): Promise<OpensslAnswer> {
  const folder = await mkdtemp(join(tmpdir(), 'signport-openssl-'))
  try {
    const [key, message, signature] = ['key', 'message', 'signature'].map((name) => join(folder, name))
    if (!key || !message || !signature) throw new TypeError('Three files were expected.')
    await writeFile(key, question.publicKey)
    await writeFile(message, question.message)
    await writeFile(signature, question.signature)
    return await run(argumentsFor(question, { key, message, signature }), how)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

interface Paths {
  readonly key: string
  readonly message: string
  readonly signature: string
}

/** `dgst` hashes and verifies; what takes a message whole is a matter of `pkeyutl`. */
function argumentsFor(terms: OpensslTerms, { key, message, signature }: Paths): string[] {
  const { scheme, hash, context, signerId = '1234567812345678', saltLength = 'digest' } = terms
  const dgst = (name: string, ...options: string[]) => [
    ...['dgst', `-${name}`, '-verify', key],
    ...options.flatMap((option) => ['-sigopt', option]),
    ...['-signature', signature, message],
  ]
  const pkeyutl = (...options: string[]) => [
    ...['pkeyutl', '-verify', '-pubin', '-inkey', key, '-rawin', '-in', message, '-sigfile', signature],
    ...options.flatMap((option) => ['-pkeyopt', option]),
  ]
  const name = (hash ?? '').replace('-', '').toLowerCase()
  switch (scheme) {
    case 'RSASSA-PSS':
      return dgst(name, 'rsa_padding_mode:pss', `rsa_pss_saltlen:${saltLength}`)
    case 'SM2':
      return dgst('sm3', `distid:${signerId}`)
    case 'Ed25519ph':
      return pkeyutl('instance:Ed25519ph')
    case 'Ed25519':
      return pkeyutl()
    case 'ML-DSA':
      return pkeyutl(...(context ? [`context-string:${context}`] : []))
    default:
      return dgst(name)
  }
}

function run(args: readonly string[], { command = COMMAND, signal }: OpensslRun): Promise<OpensslAnswer> {
  return new Promise((resolve, reject) => {
    execFile(command, args, { ...LIMIT, ...(signal && { signal }) }, (error, stdout, stderr) => {
      const output = `${stdout}${stderr}`.trim()
      if (!error) return resolve({ verdict: 'valid' })
      if (signal?.aborted) return reject(signal.reason)
      if (error.killed) return reject(new Error(`openssl has not ended in ${LIMIT.timeout / 1_000} seconds.`))
      if (/Verification failure/i.test(output)) return resolve({ verdict: 'refused' })
      return resolve({ verdict: 'unsupported', reason: output || error.message })
    })
  })
}
