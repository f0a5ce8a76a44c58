import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const PSS = [
  '-sha256',
  '-sigopt',
  'rsa_padding_mode:pss',
  '-sigopt',
  'rsa_pss_saltlen:32',
  '-sigopt',
  'rsa_mgf1_md:sha256',
]

/** How the openssl command is asked, by the names of Alibaba Cloud's algorithms. */
const OPTIONS = {
  RSA_PSS_SHA_256: PSS,
  RSA_PKCS1_SHA_256: ['-sha256'],
  ECDSA_SHA_256: ['-sha256'],
  SM2DSA: ['-sm3', '-sigopt', 'distid:1234567812345678'],
} as const satisfies Record<string, readonly string[]>

export type OpensslAlgorithm = keyof typeof OPTIONS

/** What the openssl command says of a signature. @throws Error when it says neither yes nor no */
export function opensslVerifies(
  algorithm: OpensslAlgorithm,
  publicKeyPem: string,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'signport-openssl-'))
  const file = (name: string, content: Uint8Array | string) => {
    writeFileSync(join(folder, name), content)
    return join(folder, name)
  }
  try {
    const key = file('key.pem', publicKeyPem)
    const files = ['-verify', key, '-signature', file('signature', signature), file('message', message)]
    const { error, stdout, stderr } = spawnSync('openssl', ['dgst', ...OPTIONS[algorithm], ...files], {
      encoding: 'utf8',
    })
    if (error) throw new Error(`The openssl command, which is needed here, cannot be run: ${error.message}`)
    if (stdout.trim() === 'Verified OK') return true
    if (stdout.trim() === 'Verification failure') return false
    throw new Error(`openssl says: ${stdout}${stderr}`)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** A public key as the openssl command reads it. */
export function pemOf(spki: Buffer): string {
  const lines = spki.toString('base64').replace(/.{64}(?!$)/g, '$&\n')
  return `-----BEGIN PUBLIC KEY-----\n${lines}\n-----END PUBLIC KEY-----\n`
}
