import { spawnSync } from 'node:child_process'
import { constants, createPublicKey, verify } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'

/**
 * Somebody who is not Signport and verifies signatures: OpenSSL's command where there is one, otherwise node:crypto.
 *
 * `verify` takes the paths of a public key (PEM), of a message and of a signature (DER for ECDSA).
 */
export function otherVerifier() {
  const version = spawnSync('openssl', ['version'], { encoding: 'utf8' }).stdout ?? ''
  const [name] = /^OpenSSL [3-9][\d.]*/.exec(version) ?? []
  return name ? { name, verify: verifyWithOpenssl } : { name: 'node:crypto', verify: verifyWithNode }
}

function verifyWithOpenssl(algorithm, { key, message, signature }) {
  return spawnSync('openssl', opensslArguments(algorithm, key, message, signature)).status === 0
}

function opensslArguments({ scheme, digest, saltBytes }, key, message, signature) {
  if (scheme === 'eddsa')
    return ['pkeyutl', '-verify', '-pubin', '-inkey', key, '-rawin', '-in', message, '-sigfile', signature]
  const pss = ['-sigopt', 'rsa_padding_mode:pss', '-sigopt', `rsa_pss_saltlen:${saltBytes}`]
  const options = scheme === 'rsassa-pss' ? pss : []
  return ['dgst', `-${digest.hash}`, '-verify', key, ...options, '-signature', signature, message]
}

function verifyWithNode({ scheme, digest, saltBytes }, { key, message, signature }) {
  const options =
    scheme === 'rsassa-pss' ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: saltBytes } : {}
  const given = { key: createPublicKey(readFileSync(key)), ...options }
  return verify(digest?.hash, readFileSync(message), given, readFileSync(signature))
}

/** Writes the public half of a private key, as node:crypto reads it; gives the length of an RSA modulus. */
export function writePublicKey(privateKey, path) {
  const key = createPublicKey(readFileSync(privateKey))
  writeFileSync(path, key.export({ type: 'spki', format: 'pem' }))
  return key.asymmetricKeyDetails.modulusLength
}
