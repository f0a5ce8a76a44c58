import { SigningError } from '@signport/core'
import { PROVIDER } from '../failure.js'

/** The vendor's client of KMS. It is CommonJS: all of it is the default that `import` gives, also what it calls its default. */
export type KmsSdk = typeof import('@alicloud/kms20160120')

/** The vendor's search for credentials. */
export type CredentialsSdk = typeof import('@alicloud/credentials')

let kmsSdk: KmsSdk | undefined

/** @throws SigningError `Configuration` when it is not installed */
export async function loadKmsSdk(): Promise<KmsSdk> {
  // To import again what is loaded costs a tenth of a request.
  kmsSdk ??= (await load('@alicloud/kms20160120', () => import('@alicloud/kms20160120'))).default
  return kmsSdk
}

/** @throws SigningError `Configuration` when it is not installed */
export async function loadCredentialsSdk(): Promise<CredentialsSdk> {
  return (await load('@alicloud/credentials', () => import('@alicloud/credentials'))).default
}

/** Nobody pays for a client, which takes a fifth of a second and 27 MB, who does not use OpenAPI. */
async function load<T>(name: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load()
  } catch (cause) {
    const message = `${name} cannot be loaded. Install it: npm install ${name}`
    throw new SigningError('Configuration', message, { provider: PROVIDER, cause })
  }
}
