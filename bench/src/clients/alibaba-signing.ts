import { createHash, createPublicKey, type KeyObject } from 'node:crypto'
import type { Kms, KmsAlgorithm } from '../kms/kms.js'
import { ALIBABA_NAMES } from '../kms/openapi-plane.js'

/** What all ways to Alibaba Cloud KMS have signed, and by which key. */
export interface AlibabaSigning {
  readonly url: URL
  readonly keyId: string
  readonly version: string
  /** As the service calls it. */
  readonly algorithm: string
  readonly message: Buffer
  readonly publicKey: KeyObject
}

export function alibabaSigning(kms: Kms, algorithm: KmsAlgorithm): AlibabaSigning {
  const { alibabaId: keyId, version, publicKey } = kms.keys[algorithm]
  return {
    url: new URL(kms.url),
    keyId,
    version,
    algorithm: ALIBABA_NAMES[algorithm],
    message: Buffer.from(kms.message, 'base64'),
    publicKey: createPublicKey(publicKey),
  }
}

export const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest()
