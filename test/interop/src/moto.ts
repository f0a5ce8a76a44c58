import { installedFile } from './part-files.js'
import { createUsers, postForm } from './server-access.js'
import type { ServerKind } from './server-under-test.js'

/** moto (getmoto/moto), as a server of its own. */
export const MOTO: ServerKind = {
  name: 'moto',
  region: 'us-east-1',
  specs: [
    'RSA_2048',
    'RSA_3072',
    'RSA_4096',
    'ECC_NIST_P256',
    'ECC_NIST_P384',
    'ECC_NIST_P521',
    'ECC_SECG_P256K1',
    'SM2',
  ],
  command: (port) => [
    installedFile('moto/bin/python'),
    '-I',
    '-m',
    'moto.server',
    '-H',
    '127.0.0.1',
    '-p',
    String(port),
  ],
  async prepare(url, signal) {
    const access = await createUsers(url, signal)
    // From now on, it looks at who asks, and has botocore verify the signatures of requests.
    await postForm(`${url}/moto-api/reset-auth`, '0', signal)
    return access
  },
}
