import { type AlgorithmName, algorithms } from '@signport/core'
import type { TokenProvider } from './token-providers.js'

const ALL = algorithms.map(({ name }) => name)

/** AWS signs Ed25519ph in a form of its own, which has a row of its own. */
const OF_AWS = ALL.filter((name) => name !== 'Ed25519ph')

const OF_ALIBABA: readonly AlgorithmName[] = ['RS256', 'PS256', 'ES256', 'ES256K', 'SM2']

/** What each provider signs with. Written down, so that one that loses an algorithm is noticed. */
export const SIGNED_MATRIX: Readonly<Record<TokenProvider, readonly AlgorithmName[]>> = {
  local: ALL,
  'aws-kms': OF_AWS,
  'trent-service': OF_AWS,
  'alibaba-kms by OpenAPI': OF_ALIBABA,
  'alibaba-kms by an instance': OF_ALIBABA,
}

/** What is signed: an algorithm by itself, or with parameters that verifiers must know. */
export interface SignedRow {
  readonly algorithm: AlgorithmName
  readonly title: string
  readonly parameters?: SignedParameters
}

/** Text, so that every verifier can be told. */
export interface SignedParameters {
  /** Of ML-DSA: FIPS 204 section 5.2. */
  readonly context?: string
  /** Of SM2: the signer's id, where it is not the usual one. */
  readonly userId?: string
}

const CONTEXT = { context: 'invoices of 2026' }

/** What is signed once more with parameters: with a context where the provider takes one, with an id everywhere. */
const PARAMETERS: Partial<Record<AlgorithmName, SignedParameters>> = {
  'ML-DSA-44': CONTEXT,
  'ML-DSA-65': CONTEXT,
  'ML-DSA-87': CONTEXT,
  SM2: { userId: 'ALICE123@YAHOO.COM' },
}

const TAKES_CONTEXT: readonly TokenProvider[] = ['local']

/** What a provider signs, in the order of core's table. */
export function signedRows(provider: TokenProvider): readonly SignedRow[] {
  return SIGNED_MATRIX[provider].flatMap((algorithm) => {
    const parameters = PARAMETERS[algorithm]
    const row = { algorithm, title: algorithm }
    if (!parameters || (parameters.context && !TAKES_CONTEXT.includes(provider))) return [row]
    return [row, { algorithm, parameters, title: titleWith(algorithm, parameters) }]
  })
}

/** How a row with parameters is called. */
export function titleWith(algorithm: AlgorithmName, { context }: SignedParameters): string {
  return `${algorithm} with ${context ? 'a context' : 'an id'}`
}
