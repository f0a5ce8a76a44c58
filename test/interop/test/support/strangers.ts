import { constants, createPublicKey, verify as verifyNatively } from 'node:crypto'
import { ml_dsa44, ml_dsa65, ml_dsa87 } from '@noble/post-quantum/ml-dsa.js'
import { compactVerify, createRemoteJWKSet, type JWK, jwtVerify } from 'jose'
import jsonwebtoken from 'jsonwebtoken'
import { AUDIENCE, ISSUER } from '../../src/sample-token.js'

/** A verifier that somebody else wrote. It throws for what is not valid. */
export interface Stranger {
  /** The values of `alg` that it has. */
  readonly algorithms: readonly string[]
  /** The claims of a token, looked at by the stranger where it knows what claims are. It permits all that it has. */
  claims(token: string, keySetUrl: string, permitted?: readonly string[]): Promise<object>
  /** The payload of anything that was signed; absent where it takes tokens alone. */
  payload?(token: string, keySetUrl: string): Promise<Uint8Array>
}

const RSA_AND_EC = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512']
const ED25519 = ['Ed25519', 'EdDSA']
const ML_DSA = { 'ML-DSA-44': ml_dsa44, 'ML-DSA-65': ml_dsa65, 'ML-DSA-87': ml_dsa87 }

/** jose has what WebCrypto has. */
const webcryptoHasMlDsa = Number(process.versions.node.split('.')[0]) >= 24

const JOSE = [...RSA_AND_EC, ...ED25519, ...(webcryptoHasMlDsa ? Object.keys(ML_DSA) : [])]

/** OpenSSL's parameters by the beginning of `alg`, written down from RFC 7518, 8037 and 8812. */
const NATIVE: Readonly<Record<string, object>> = {
  RS: { padding: constants.RSA_PKCS1_PADDING },
  PS: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST },
  ES: { dsaEncoding: 'ieee-p1363' },
  Ed: {},
}

export const STRANGERS: Readonly<Record<string, Stranger>> = {
  jose: {
    algorithms: JOSE,
    async claims(token, keySetUrl, permitted = JOSE) {
      const algorithms = [...permitted]
      const expected = { algorithms, issuer: ISSUER, audience: AUDIENCE, requiredClaims: ['exp'] }
      return (await jwtVerify(token, createRemoteJWKSet(new URL(keySetUrl)), expected)).payload
    },
    payload: async (token, keySetUrl) =>
      (await compactVerify(token, createRemoteJWKSet(new URL(keySetUrl)), { algorithms: JOSE })).payload,
  },
  jsonwebtoken: {
    algorithms: RSA_AND_EC,
    async claims(token, keySetUrl, permitted = RSA_AND_EC) {
      const key = createPublicKey({ key: await keyOf(token, keySetUrl), format: 'jwk' })
      const algorithms = permitted as jsonwebtoken.Algorithm[]
      return jsonwebtoken.verify(token, key, { algorithms, issuer: ISSUER, audience: AUDIENCE }) as object
    },
  },
  'node:crypto': byHand([...RSA_AND_EC, 'ES256K', ...ED25519], (algorithm, jwk, message, signature) => {
    const hash = algorithm.startsWith('Ed') ? null : `sha${algorithm.slice(2, 5)}`
    const options = NATIVE[algorithm.slice(0, 2)]
    const key = createPublicKey({ key: jwk, format: 'jwk' })
    return verifyNatively(hash, message, { key, ...options }, signature)
  }),
  '@noble/post-quantum': byHand(Object.keys(ML_DSA), (algorithm, { pub }, message, signature) =>
    ML_DSA[algorithm as keyof typeof ML_DSA].verify(
      Uint8Array.from(signature),
      Uint8Array.from(message),
      Uint8Array.from(Buffer.from(String(pub), 'base64url')),
    ),
  ),
}

/** Those that have an algorithm. There is one for each. */
export function strangersFor(algorithm: string): readonly string[] {
  return Object.keys(STRANGERS).filter((name) => STRANGERS[name]?.algorithms.includes(algorithm))
}

type VerifySignature = (algorithm: string, jwk: JWK, message: Buffer, signature: Buffer) => boolean

/** A library for signatures, with the rest of RFC 7515 section 5.2 done here. */
function byHand(algorithms: readonly string[], verify: VerifySignature): Stranger {
  async function payload(token: string, keySetUrl: string) {
    const { alg = '' } = headerOf(token)
    const [header = '', body = '', signature = ''] = token.split('.')
    if (!algorithms.includes(alg)) throw new Error(`${alg} is not permitted.`)
    const jwk = await keyOf(token, keySetUrl)
    const message = Buffer.from(`${header}.${body}`)
    if (!verify(alg, jwk, message, Buffer.from(signature, 'base64url'))) throw new Error('Not valid.')
    return Buffer.from(body, 'base64url')
  }
  const claims = async (token: string, keySetUrl: string) =>
    JSON.parse((await payload(token, keySetUrl)).toString()) as object
  return { algorithms, claims, payload }
}

/** The header of a token, read without the help of what made it. */
export function headerOf(token: string): Readonly<Record<string, string>> {
  return JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString())
}

async function keyOf(token: string, keySetUrl: string): Promise<JWK> {
  const { keys } = (await (await fetch(keySetUrl)).json()) as { keys: JWK[] }
  const key = keys.find(({ kid }) => kid === headerOf(token).kid)
  if (!key) throw new Error('The key set has no such key.')
  return key
}
