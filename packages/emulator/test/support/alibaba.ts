import { createPublicKey } from 'node:crypto'
import { formsOf, STRANGERS } from './stranger.js'

/** What Alibaba Cloud calls what AWS calls otherwise. */
export const SPECS = {
  EC_P256: 'ECC_NIST_P256',
  EC_P256K: 'ECC_SECG_P256K1',
  EC_SM2: 'SM2',
  RSA_2048: 'RSA_2048',
  RSA_3072: 'RSA_3072',
  RSA_4096: 'RSA_4096',
} as const

const ALGORITHMS = {
  RSA_PSS_SHA_256: 'RSASSA_PSS_SHA_256',
  RSA_PKCS1_SHA_256: 'RSASSA_PKCS1_V1_5_SHA_256',
  ECDSA_SHA_256: 'ECDSA_SHA_256',
  SM2DSA: 'SM2DSA',
} as const

/** Every pair of spec and algorithm, and how its signatures are verified by what did not make them. */
export const ALGORITHM_CASES = Object.entries(SPECS).flatMap(([spec, awsSpec]) =>
  Object.entries(ALGORITHMS).flatMap(([algorithm, awsAlgorithm]) => {
    const [, , verify] = STRANGERS.find(([one, other]) => one === awsSpec && other === awsAlgorithm) ?? []
    const forms = new Map(formsOf(awsSpec, awsAlgorithm))
    const digestOf = forms.get('DIGEST')
    return verify && digestOf ? [{ spec, algorithm, verify, digestOf }] : []
  }),
)

/** SubjectPublicKeyInfo of a PEM that is written as the service writes it. */
export function spkiOf(pem: string): Buffer {
  if (!/^-----BEGIN PUBLIC KEY-----\n([A-Za-z0-9+/=]{1,64}\n)+-----END PUBLIC KEY-----\n$/.test(pem))
    throw new Error('This is not the PEM of a public key.')
  const der = Buffer.from(pem.replace(/-----.*-----/g, ''), 'base64')
  if (!createPublicKey(pem).export({ type: 'spki', format: 'der' }).equals(der))
    throw new Error('It is not DER.')
  return der
}
