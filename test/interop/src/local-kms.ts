import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ANYBODY } from './server-access.js'
import type { ServerKind } from './server-under-test.js'

const PROGRAM = fileURLToPath(new URL('../../../.cache/interop/local-kms/local-kms', import.meta.url))

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
  command: () => [PROGRAM],
  environment: (port, folder) => ({
    PORT: String(port),
    KMS_DATA_PATH: join(folder, 'data'),
    // There is none: what stands at its default path is none of ours.
    KMS_SEED_PATH: join(folder, 'no-seed.yaml'),
  }),
  everywhere: true,
  prepare: async () => ANYBODY,
}
