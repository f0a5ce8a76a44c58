import { join } from 'node:path'
import { installedFile } from './part-files.js'
import { ANYBODY } from './server-access.js'
import type { ServerKind } from './server-under-test.js'

/** local-kms (nsmithuk/local-kms). */
export const LOCAL_KMS: ServerKind = {
  name: 'local-kms',
  region: 'eu-west-2',
  specs: [
    'RSA_2048',
    'RSA_3072',
    'RSA_4096',
    'ECC_NIST_P256',
    'ECC_NIST_P384',
    'ECC_NIST_P521',
    'ECC_SECG_P256K1',
  ],
  command: () => [installedFile('local-kms/local-kms')],
  environment: (port, folder) => ({
    PORT: String(port),
    KMS_DATA_PATH: join(folder, 'data'),
    // There is none: what stands at its default path is none of ours.
    KMS_SEED_PATH: join(folder, 'no-seed.yaml'),
  }),
  everywhere: true,
  prepare: async () => ANYBODY,
}
