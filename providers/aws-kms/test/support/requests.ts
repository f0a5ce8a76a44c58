import { type AlgorithmName, type ProviderSignRequest, parseAlgorithm } from '@signport/core'

/** The credentials of tests that do not look at them. */
export const CREDENTIALS = {
  accessKeyId: 'AKIDTESTTESTTESTTEST',
  secretAccessKey: 'c2VjcmV0LXRlc3Qta2V5LW9mLWZvcnR5LWNoYXJz',
}

/** A key id as KMS makes them. */
export const KEY_ID = '1234abcd-12ab-34cd-56ef-1234567890ab'

/** Its ARN. */
export const KEY_ARN = `arn:aws:kms:us-east-1:111122223333:key/${KEY_ID}`

/** What core asks a provider for. */
export function signRequest(
  message: Uint8Array,
  { keyId = KEY_ID, algorithm = 'ES256' as AlgorithmName, wireName = 'ECDSA_SHA_256' } = {},
): ProviderSignRequest {
  return {
    keyId,
    algorithm: parseAlgorithm(algorithm),
    wireName,
    input: { kind: 'raw', message },
    parameters: {},
    pinned: false,
  }
}
