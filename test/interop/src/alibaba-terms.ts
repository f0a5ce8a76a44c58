import type { OpensslTerms } from './openssl.js'

/** Alibaba Cloud's names of algorithms, as the openssl command is asked about them. */
export const ALIBABA_TERMS = {
  RSA_PSS_SHA_256: { scheme: 'RSASSA-PSS', hash: 'SHA-256' },
  RSA_PKCS1_SHA_256: { scheme: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
  ECDSA_SHA_256: { scheme: 'ECDSA', hash: 'SHA-256' },
  SM2DSA: { scheme: 'SM2' },
} as const satisfies Readonly<Record<string, OpensslTerms>>

export type AlibabaAlgorithm = keyof typeof ALIBABA_TERMS
