import { join } from 'node:path'
import { installedFile } from './part-files.js'
import { createUsers } from './server-access.js'
import type { ServerKind } from './server-under-test.js'

/** ministack (ministackorg/ministack), with what is needed here alone: other services listen on ports of their own. */
export const MINISTACK: ServerKind = {
  name: 'ministack',
  region: 'us-east-1',
  specs: [
    'RSA_2048',
    'RSA_3072',
    'RSA_4096',
    'ECC_NIST_P256',
    'ECC_NIST_P384',
    'ECC_NIST_P521',
    'ECC_SECG_P256K1',
    'ECC_NIST_EDWARDS25519',
  ],
  command: () => [installedFile('ministack/bin/python'), '-I', '-m', 'ministack'],
  environment: (port, folder) => ({
    BIND_HOST: '127.0.0.1',
    GATEWAY_PORT: String(port),
    SERVICES: 'kms,iam,sts',
    AUTH: 'true',
    IOT_MTLS_ENABLED: '0',
    SFTP_ENABLED: '0',
    // There is no such thing: it is to leave the containers of this machine alone.
    DOCKER_HOST: `unix://${join(folder, 'no-docker')}`,
  }),
  prepare: createUsers,
}
