import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createRsaPlane } from '../kms/rsa-plane.js'
import { serve } from '../kms/serve.js'
import type { Settings } from '../programs/settings.js'
import { withFolder } from './with-folder.js'

/** A key, where programs find it. */
export interface KeyPlace {
  readonly settings: Settings
  readonly publicKey: KeyObject
  /** For files: it goes with the key. */
  readonly folder: string
}

const KEY_ID = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab'

/** Has a new RSA key of 2,048 bits in a file and in a service of this process, until `use` ends, whatever happens. */
export function withKey<T>(use: (place: KeyPlace) => Promise<T>): Promise<T> {
  return withFolder(async (folder) => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const keyFile = join(folder, 'key.pem')
    await writeFile(keyFile, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 })
    const service = await serve(createRsaPlane({ keyId: KEY_ID, privateKey, publicKey }))
    try {
      const settings: Settings = {
        endpoint: service.url,
        region: 'eu-west-1',
        credentials: { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'an example of a secret' },
        keyId: KEY_ID,
        keyFile,
      }
      return await use({ settings, publicKey, folder })
    } finally {
      service.close()
    }
  })
}
