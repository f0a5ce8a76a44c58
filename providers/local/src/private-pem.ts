import { createPrivateKey, type PrivateKeyInput } from 'node:crypto'
import { SigningError } from '@signport/core'
import { pemContent, pemLabels, printable } from '@signport/core/kit'
import { isEncryptedPkcs8, readEncryptedPkcs8 } from './encrypted-pkcs8.js'
import { malformed, unusable } from './key-failure.js'
import { exportPkcs8 } from './pkcs8.js'

/** Gives the passphrase of an encrypted key when one is met; `keyId` is the key as it is configured. */
export type PassphraseSource = (keyId: string) => Promise<string> | string

/** The PKCS#8 of the one private key in a PEM text: PKCS#8, SEC1 or PKCS#1, encrypted or not. */
export async function pkcs8OfPem(
  text: string,
  keyId: string,
  passphrase?: PassphraseSource,
): Promise<Uint8Array> {
  const block = privateBlock(text, keyId)
  const encrypted = encryptedInput(block, keyId)
  if (encrypted) return decrypt(encrypted, keyId, await askPassphrase(keyId, passphrase))
  // Not by node:crypto, which does not know every kind of key that PKCS#8 may hold.
  if (block.startsWith('-----BEGIN PRIVATE KEY')) return decoded(block, keyId)
  try {
    return exportPkcs8(createPrivateKey({ key: block, format: 'pem' }))
  } catch {
    throw malformed(keyId)
  }
}

function decoded(block: string, keyId: string): Uint8Array {
  const der = pemContent(block, 'PRIVATE KEY')
  if (!der) throw malformed(keyId)
  return der
}

/** The one private key of a PEM text; what stands beside it (EC PARAMETERS, a certificate) is no concern of ours. */
function privateBlock(text: string, keyId: string): string {
  const labels = pemLabels(text)
  const mine = labels.filter((label) => label.endsWith('PRIVATE KEY'))
  const [label] = mine
  if (label === undefined)
    throw unusable(
      keyId,
      `holds no private key${labels.length > 0 ? `, but ${printable(labels.join(', '))}` : ''}`,
    )
  if (mine.length > 1)
    throw unusable(
      keyId,
      `holds ${mine.length} private keys: which one is meant? Put each in a file of its own`,
    )
  if (label === 'OPENSSH PRIVATE KEY')
    throw unusable(keyId, 'is in the format of OpenSSH: ssh-keygen -p -m PKCS8 -f FILE converts it')
  const start = text.indexOf(`-----BEGIN ${label}-----`)
  const end = `-----END ${label}-----`
  const stop = text.indexOf(end, start)
  if (stop < 0) throw unusable(keyId, `is cut short: it has no line '${end}'`)
  return `${text.slice(start, stop + end.length)}\n`
}

/**
 * An encrypted key for node:crypto; undefined for one that is not. The older forms say so in a header (RFC 1421 section
 * 4.6.1.1), and derive their key in one round.
 */
function encryptedInput(block: string, keyId: string): PrivateKeyInput | undefined {
  if (isEncryptedPkcs8(block))
    // As DER, which OpenSSL reads once: PEM that does not open it tries a second time.
    return { key: Buffer.from(readEncryptedPkcs8(block, keyId)), format: 'der', type: 'pkcs8' }
  return block.includes('Proc-Type: 4,ENCRYPTED') ? { key: block, format: 'pem' } : undefined
}

async function askPassphrase(keyId: string, source?: PassphraseSource): Promise<string> {
  const passphrase = await source?.(keyId)
  if (passphrase) return passphrase
  throw unusable(
    keyId,
    'is encrypted, and no passphrase was given: name its variable with passphraseEnv or its file with passphraseFile',
  )
}

function decrypt(input: PrivateKeyInput, keyId: string, passphrase: string): Uint8Array {
  try {
    return exportPkcs8(createPrivateKey({ ...input, passphrase }))
  } catch (error) {
    if (isSaid(error, 'unsupported private key algorithm')) throw undecryptable(keyId)
    if (isSaid(error, 'memory limit exceeded'))
      throw unusable(
        keyId,
        'is encrypted by scrypt with more memory than OpenSSL permits: use a lower N or r',
      )
    const message = `The passphrase does not open the key ${printable(keyId)}: it is wrong, or the file is damaged.`
    throw new SigningError('Unauthenticated', message, { provider: 'local', keyId })
  }
}

/** Whether OpenSSL gives this reason. */
function isSaid(error: unknown, reason: string): boolean {
  const { message, opensslErrorStack = [] } = error as Error & { opensslErrorStack?: readonly string[] }
  return [message, ...opensslErrorStack].some((line) => line.includes(reason))
}

/** OpenSSL has opened the key, and then not known what it is. */
function undecryptable(keyId: string): SigningError {
  const why = `is encrypted and of a kind that Node ${process.version} does not have`
  const message = `The key ${printable(keyId)} ${why}: ML-DSA needs Node 22 or newer, or a key that is not encrypted.`
  return new SigningError('UnsupportedAlgorithm', message, { provider: 'local', keyId })
}
