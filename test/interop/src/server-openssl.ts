import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What the openssl command is asked. */
export interface OpensslQuestion {
  /** RS256 to ES256K, or Ed25519. */
  readonly algorithm: string
  /** SubjectPublicKeyInfo, as DER. */
  readonly publicKey: Uint8Array
  readonly message: Uint8Array
  readonly signature: Uint8Array
  /** Of PSS, in bytes; as long as the digest if nothing is said. */
  readonly saltLength?: number
}

/** Whether openssl says that a signature is one of a message. @throws Error where it says neither yes nor no */
export function opensslVerifies(question: OpensslQuestion): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'signport-openssl-'))
  const file = (name: string, content: Uint8Array | string) => {
    writeFileSync(join(folder, name), content)
    return join(folder, name)
  }
  try {
    const files = [
      file('key', pemOf(question.publicKey)),
      file('signature', question.signature),
      file('message', question.message),
    ]
    const { status, stdout, stderr } = spawnSync('openssl', commandFor(question, files), { encoding: 'utf8' })
    if (status === 0) return true
    if (/Verification failure/i.test(stdout + stderr)) return false
    throw new Error(`openssl could not tell: ${stdout}${stderr}`)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function commandFor(
  { algorithm, saltLength }: OpensslQuestion,
  [key = '', signature = '', message = '']: string[],
) {
  if (algorithm === 'Ed25519')
    return ['pkeyutl', '-verify', '-pubin', '-inkey', key, '-rawin', '-in', message, '-sigfile', signature]
  const pss = ['-sigopt', 'rsa_padding_mode:pss', '-sigopt', `rsa_pss_saltlen:${saltLength ?? 'digest'}`]
  const padding = algorithm.startsWith('PS') ? pss : []
  return ['dgst', `-${hashOf(algorithm)}`, ...padding, '-verify', key, '-signature', signature, message]
}

/** What ES256, PS384 and their like hash with. */
export const hashOf = (algorithm: string): string => `sha${algorithm.slice(2, 5)}`

function pemOf(spki: Uint8Array): string {
  const lines =
    Buffer.from(spki)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  return ['-----BEGIN PUBLIC KEY-----', ...lines, '-----END PUBLIC KEY-----', ''].join('\n')
}
