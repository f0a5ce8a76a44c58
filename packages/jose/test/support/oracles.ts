import { createPublicKey, type JsonWebKey, verify } from 'node:crypto'
import { ml_dsa44, ml_dsa65, ml_dsa87 } from '@noble/post-quantum/ml-dsa.js'
import type { AlgorithmName, Signer } from '@signport/core'
import { compactVerify, importJWK, type JWK } from 'jose'
import jsonwebtoken from 'jsonwebtoken'

/** Who verifies the tokens of an algorithm, none of them ours. */
export type Oracle = 'jose' | 'jsonwebtoken' | 'node:crypto' | 'noble'

const onNode24 = Number(process.versions.node.split('.')[0]) >= 24

const ML_DSA = { 'ML-DSA-44': ml_dsa44, 'ML-DSA-65': ml_dsa65, 'ML-DSA-87': ml_dsa87 }

/**
 * jose verifies with WebCrypto, which has ML-DSA from Node 24 on and secp256k1 nowhere. jsonwebtoken has RSA and the
 * curves of NIST.
 */
export function oraclesOf(algorithm: AlgorithmName): readonly Oracle[] {
  if (algorithm === 'ES256K') return ['node:crypto']
  if (algorithm.startsWith('ML-DSA')) return onNode24 ? ['jose', 'noble'] : ['noble']
  return algorithm === 'Ed25519' ? ['jose', 'node:crypto'] : ['jose', 'jsonwebtoken']
}

export const publicJwkOf = async (signer: Signer) => (await signer.publicKey()).toJwk() as JWK

/** The payload of a compact JWS that a stranger has verified. */
export async function verifiedBy(oracle: Oracle, jws: string, jwk: JWK): Promise<Buffer> {
  const [header = '', payload = '', signature = ''] = jws.split('.')
  const { alg } = JSON.parse(Buffer.from(header, 'base64url').toString()) as { alg: string }
  const input = Buffer.from(`${header}.${payload}`)
  const bytes = Buffer.from(signature, 'base64url')
  if (oracle === 'jose') {
    const key = await importJWK(jwk, alg)
    return Buffer.from((await compactVerify(jws, key, { algorithms: [alg] })).payload)
  }
  if (oracle === 'jsonwebtoken') {
    const key = createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' })
    jsonwebtoken.verify(jws, key, { algorithms: [alg as 'ES256'], ignoreExpiration: true })
  } else if (!(oracle === 'noble' ? verifiedByNoble : verifiedByNode)(alg, input, bytes, jwk))
    throw new Error(`${oracle} says that the signature is not valid`)
  return Buffer.from(payload, 'base64url')
}

function verifiedByNoble(alg: string, input: Buffer, signature: Buffer, { pub = '' }: JWK): boolean {
  return ML_DSA[alg as keyof typeof ML_DSA].verify(signature, input, Buffer.from(pub, 'base64url'))
}

function verifiedByNode(alg: string, input: Buffer, signature: Buffer, jwk: JWK): boolean {
  const key = createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' })
  return verify(alg === 'ES256K' ? 'sha256' : null, input, { key, dsaEncoding: 'ieee-p1363' }, signature)
}

/** A part of a compact JWS, decoded. */
export function partOf(jws: string, index: 0 | 1): unknown {
  return JSON.parse(Buffer.from(jws.split('.')[index] ?? '', 'base64url').toString('utf8'))
}

/** The members of a header in their order, as they are signed. */
export const headerText = (encoded: string) =>
  Buffer.from(encoded.split('.')[0] ?? '', 'base64url').toString('utf8')
