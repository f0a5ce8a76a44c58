import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto'
import type { Credential } from '@signport/emulator'
import { SignatureV4 } from '@smithy/signature-v4'

/** The hash that the SDK's signer asks for, by node:crypto. */
class Sha256 {
  readonly #hash: Hash | Hmac

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret as Uint8Array)
  }

  update(data: Uint8Array | string): void {
    this.#hash.update(data)
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest()
  }

  reset(): void {
    throw new Error('The signer has never used this.')
  }
}

export interface Unsigned {
  readonly method: string
  /** As sent. */
  readonly path: string
  readonly query?: Record<string, string>
  readonly headers: Record<string, string>
  readonly body: string | Uint8Array
}

export interface Signing {
  readonly credential: Credential
  readonly region?: string
  readonly service?: string
  readonly date?: Date
}

/** Signs with the signer of the AWS SDK. @returns the headers, the signature's own among them */
export async function signed(request: Unsigned, signing: Signing): Promise<Record<string, string>> {
  const { credential, region = 'us-east-1', service = 'kms', date = new Date() } = signing
  const signer = new SignatureV4({ credentials: credential, region, service, sha256: Sha256 })
  const { headers } = await signer.sign(
    { protocol: 'http:', hostname: '127.0.0.1', ...request },
    { signingDate: date },
  )
  return headers
}
