import { spawnSync } from 'node:child_process'
import { constants, createPublicKey, sign, verify } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AlgorithmName } from '@signport/core'
import { KEYS, publicPem } from './keys.js'

/*
 * Signing and verifying without any code of Signport: by node:crypto always, and by the openssl command where it is
 * installed. How both must be asked is written down here once more, so that a mistake in Signport's table shows.
 */

const PSS = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }

const hashOf = (algorithm: AlgorithmName) =>
  algorithm === 'Ed25519' ? undefined : `sha${algorithm.slice(2, 5)}`

const paddingOf = (algorithm: AlgorithmName) => (algorithm.startsWith('PS') ? PSS : {})

const OPENSSL = spawnSync('openssl', ['version']).status === 0

/** A signature by node:crypto, DER for ECDSA. */
export function strangerSigns(algorithm: AlgorithmName, message: Uint8Array): Buffer {
  return sign(hashOf(algorithm), message, { key: KEYS[algorithm], ...paddingOf(algorithm) })
}

/** Whether strangers accept a signature with the key of `KEYS`. */
export function strangerVerifies(
  algorithm: AlgorithmName,
  message: Uint8Array,
  signature: Uint8Array,
  dsaEncoding: 'der' | 'ieee-p1363' = 'der',
): boolean {
  const key = { key: createPublicKey(KEYS[algorithm]), ...paddingOf(algorithm), dsaEncoding }
  const valid = verify(hashOf(algorithm), message, key, signature)
  // The command reads DER alone.
  if (!OPENSSL || dsaEncoding !== 'der') return valid
  return valid && opensslVerifies(algorithm, message, signature)
}

function opensslVerifies(algorithm: AlgorithmName, message: Uint8Array, signature: Uint8Array): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'signport-openssl-'))
  const file = (name: string, content: Uint8Array | string) => {
    writeFileSync(join(folder, name), content)
    return join(folder, name)
  }
  try {
    const files = [file('key', publicPem(algorithm)), file('signature', signature), file('message', message)]
    return spawnSync('openssl', question(algorithm, files)).status === 0
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function question(algorithm: AlgorithmName, [key = '', signature = '', message = '']: string[]): string[] {
  const hash = hashOf(algorithm)
  if (!hash)
    return ['pkeyutl', '-verify', '-pubin', '-inkey', key, '-rawin', '-in', message, '-sigfile', signature]
  const pss = ['-sigopt', 'rsa_padding_mode:pss', '-sigopt', 'rsa_pss_saltlen:digest']
  return [
    'dgst',
    `-${hash}`,
    ...(algorithm.startsWith('PS') ? pss : []),
    '-verify',
    key,
    '-signature',
    signature,
    message,
  ]
}
