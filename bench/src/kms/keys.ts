import { createHash, generateKeyPairSync, type KeyObject, randomBytes, randomUUID, sign } from 'node:crypto'
import { KMS_ALGORITHMS, type Kms, type KmsAlgorithm, type KmsKey } from './kms.js'

/** In bytes: a token, an invoice. */
const MESSAGE_BYTES = 1000

/** A key, and its signature of the only message that is signed. */
export interface SigningKey extends KmsKey {
  readonly algorithm: KmsAlgorithm
  /** DER, of ECDSA. */
  readonly signature: Buffer
}

export interface Keys {
  readonly message: Buffer
  readonly digest: Buffer
  readonly all: readonly SigningKey[]
}

/**
 * Keys that have signed already, so that the service answers without any work of its own.
 *
 * @param forges whether they have signed another message
 */
export function makeKeys(forges = false): Keys {
  const message = randomBytes(MESSAGE_BYTES)
  const digest = createHash('sha256').update(message).digest()
  const signed = forges ? randomBytes(MESSAGE_BYTES) : message
  return { message, digest, all: KMS_ALGORITHMS.map((algorithm) => makeKey(algorithm, signed)) }
}

const PAIRS: Record<KmsAlgorithm, () => { publicKey: KeyObject; privateKey: KeyObject }> = {
  RS256: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
  ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
}

function makeKey(algorithm: KmsAlgorithm, message: Buffer): SigningKey {
  const { publicKey, privateKey } = PAIRS[algorithm]()
  const awsId = randomUUID()
  return {
    algorithm,
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }) as string,
    awsId,
    alibabaId: `key-hzz${awsId.replaceAll('-', '').slice(0, 18)}`,
    version: randomUUID(),
    signature: sign('sha256', message, privateKey),
  }
}

/** What whoever uses the service is told of its keys. */
export function kmsOf({ message, all }: Keys, url: string): Kms {
  const keys = all.map(({ algorithm, signature, ...key }) => [algorithm, key])
  return { url, message: message.toString('base64'), keys: Object.fromEntries(keys) }
}
