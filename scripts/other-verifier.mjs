import { spawnSync } from 'node:child_process'
import { constants, createHash, createPublicKey, verify } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { ed25519ph } from '@noble/curves/ed25519.js'
import { ml_dsa44, ml_dsa65, ml_dsa87 } from '@noble/post-quantum/ml-dsa.js'
import { sm2 } from 'sm-crypto-v2'

const OPENSSL = opensslName()
const NODE = `Node ${process.version}`

/** What is before the key in the SPKI of ML-DSA (RFC 9881 section 4). In bytes. */
const ML_DSA_HEAD_BYTES = 22

const ML_DSA = { 'ML-DSA-44': ml_dsa44, 'ML-DSA-65': ml_dsa65, 'ML-DSA-87': ml_dsa87 }

/**
 * Somebody who is not Signport and verifies signatures of an algorithm: OpenSSL's command where there is one and it
 * has the algorithm, otherwise node:crypto, and libraries for what neither has.
 *
 * `verify` takes the paths of a public key (PEM), of a message and of a signature (DER for ECDSA and SM2).
 */
export function otherVerifier(algorithm) {
  if (algorithm.scheme === 'ed25519ph') return { name: '@noble/curves', verify: verifyEd25519ph }
  if (algorithm.scheme === 'ml-dsa')
    return hasMlDsa()
      ? { name: NODE, verify: verifyWithNode }
      : { name: '@noble/post-quantum', verify: verifyMlDsa }
  if (OPENSSL) return { name: OPENSSL, verify: verifyWithOpenssl }
  return algorithm.scheme === 'sm2'
    ? { name: 'sm-crypto-v2', verify: verifySm2 }
    : { name: NODE, verify: verifyWithNode }
}

function opensslName() {
  const version = spawnSync('openssl', ['version'], { encoding: 'utf8' }).stdout ?? ''
  return /^OpenSSL [3-9][\d.]*/.exec(version)?.[0]
}

/** Node 22 is the first that verifies ML-DSA. */
function hasMlDsa() {
  return Number(process.versions.node.split('.')[0]) >= 22
}

function verifyWithOpenssl(algorithm, { key, message, signature }) {
  return spawnSync('openssl', opensslArguments(algorithm, key, message, signature)).status === 0
}

function opensslArguments({ scheme, digest, saltBytes }, key, message, signature) {
  if (scheme === 'eddsa')
    return ['pkeyutl', '-verify', '-pubin', '-inkey', key, '-rawin', '-in', message, '-sigfile', signature]
  const options = {
    'rsassa-pss': ['-sigopt', 'rsa_padding_mode:pss', '-sigopt', `rsa_pss_saltlen:${saltBytes}`],
    sm2: ['-sigopt', 'distid:1234567812345678'],
  }
  return [
    'dgst',
    `-${digest.hash}`,
    '-verify',
    key,
    ...(options[scheme] ?? []),
    '-signature',
    signature,
    message,
  ]
}

function verifyWithNode({ scheme, digest, saltBytes }, { key, message, signature }) {
  const options =
    scheme === 'rsassa-pss' ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: saltBytes } : {}
  const hash = scheme === 'ml-dsa' ? undefined : digest?.hash
  const given = { key: createPublicKey(readFileSync(key)), ...options }
  return verify(hash, readFileSync(message), given, readFileSync(signature))
}

function verifyEd25519ph({ rehashed }, { key, message, signature }) {
  const given = rehashed ? sha512(readFileSync(message)) : readFileSync(message)
  return ed25519ph.verify(readFileSync(signature), given, spkiOf(key).subarray(-32))
}

function verifyMlDsa({ name }, { key, message, signature }) {
  return ML_DSA[name].verify(
    readFileSync(signature),
    readFileSync(message),
    spkiOf(key).subarray(ML_DSA_HEAD_BYTES),
  )
}

function verifySm2(_, { key, message, signature }) {
  const point = spkiOf(key).subarray(-65).toString('hex')
  const options = { der: true, hash: true }
  return sm2.doVerifySignature(readFileSync(message), readFileSync(signature, 'hex'), point, options)
}

const sha512 = (bytes) => createHash('sha512').update(bytes).digest()

/** The DER in a file of PEM. */
function spkiOf(path) {
  const [, base64] = readFileSync(path, 'utf8').match(/-----BEGIN PUBLIC KEY-----([^-]+)/)
  return Buffer.from(base64, 'base64')
}
