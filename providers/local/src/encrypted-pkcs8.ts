import { DerReader, pemContent, Tag } from '@signport/core/kit'
import { malformed, unusable } from './key-failure.js'

/** PKCS#8 says in its label that it is encrypted (RFC 7468 section 11). */
const LABEL = 'ENCRYPTED PRIVATE KEY'

/** Object identifiers, the content of the element in hexadecimal. */
const PBES2 = '2a864886f70d01050d' // RFC 8018 appendix A.4
const SCRYPT = '2b06010401da47040b' // RFC 7914 section 7

/** About half a second of OpenSSL, during which nothing else runs and which no deadline ends. */
const MOST_ROUNDS = 1_000_000

export const isEncryptedPkcs8 = (block: string): boolean => block.startsWith(`-----BEGIN ${LABEL}-----`)

/**
 * The DER of an encrypted key that can be decrypted in a moment, whatever its passphrase is.
 *
 * @throws SigningError `Configuration`
 */
export function readEncryptedPkcs8(block: string, keyId: string): Uint8Array {
  const der = pemContent(block, LABEL)
  if (!der) throw malformed(keyId)
  const rounds = roundsOf(der, keyId)
  if (rounds <= MOST_ROUNDS) return der
  throw unusable(
    keyId,
    `takes ${rounds} rounds to decrypt, more than the ${MOST_ROUNDS} that are permitted: ` +
      'openssl pkcs8 -topk8 -iter 600000 -in FILE -out NEW writes it with fewer',
  )
}

function roundsOf(der: Uint8Array, keyId: string): number {
  try {
    return derivationRounds(der)
  } catch {
    throw malformed(keyId)
  }
}

/**
 * How many rounds it takes to make the key that decrypts an EncryptedPrivateKeyInfo (RFC 5958 section 3): the iterations
 * of PBKDF2, PBES1 (RFC 8018 appendices A.2 and A.3) and PKCS #12 (RFC 7292 appendix C), or N·r·p of scrypt. A round takes
 * some tenths of a microsecond, whichever it is of. Enormous numbers are not exact.
 *
 * @throws DerError for BER, too: OpenSSL would read there what was not counted here
 */
function derivationRounds(der: Uint8Array): number {
  const outer = new DerReader(der)
  const body = new DerReader(outer.read(Tag.sequence))
  outer.end()
  const encryption = readAlgorithm(body)
  body.read(Tag.octetString)
  body.end()
  if (encryption.oid !== PBES2) return productAfterSalt(encryption.parameters, 1)
  const derivation = readAlgorithm(encryption.parameters)
  return productAfterSalt(derivation.parameters, derivation.oid === SCRYPT ? 3 : 1)
}

/** AlgorithmIdentifier (RFC 5280 section 4.1.1.2) with a sequence for its parameters. */
function readAlgorithm(reader: DerReader): { oid: string; parameters: DerReader } {
  const algorithm = new DerReader(reader.read(Tag.sequence))
  const oid = Buffer.from(algorithm.read(Tag.objectIdentifier)).toString('hex')
  return { oid, parameters: new DerReader(algorithm.read(Tag.sequence)) }
}

function productAfterSalt(parameters: DerReader, count: number): number {
  parameters.read(Tag.octetString)
  const numbers = Array.from({ length: count }, () => parameters.readPositiveInteger())
  return numbers.reduce((product, bytes) => product * Number(`0x${Buffer.from(bytes).toString('hex')}`), 1)
}
