import { generateKeyPairSync } from 'node:crypto'
import sdk from '@alicloud/kms20160120'
import { type AlibabaKmsOptions, createAlibabaKmsProvider } from '@signport/alibaba-kms'
import { createSigner } from '@signport/core'
import { ALIBABA_CREDENTIALS, CLIENT_KEY_ID, type Kms, type KmsAlgorithm } from '../kms/kms.js'
import { INSTANCE, OPENAPI, RAW_CLIENT } from './alibaba-names.js'
import { type AlibabaSigning, alibabaSigning, sha256 } from './alibaba-signing.js'
import { checked, checkedDigest, unchecked } from './check-names.js'
import { instanceFloor } from './instance-floor.js'
import { openApiFloor } from './openapi-floor.js'
import { signerWay } from './signer-way.js'
import { type Way, way } from './way.js'

/** Every way to have Alibaba Cloud KMS sign with one algorithm. */
export function alibabaWays(kms: Kms, algorithm: KmsAlgorithm): readonly Way[] {
  const signing = alibabaSigning(kms, algorithm)
  const { keyId, version: keyVersion, message, publicKey: key } = signing
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const clientKey = {
    keyId: CLIENT_KEY_ID,
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
  }
  const openApi = {
    transport: 'openapi',
    endpoint: kms.url,
    credentials: ALIBABA_CREDENTIALS,
    keyVersion,
    maxPerSecond: UNLIMITED,
  } as const
  const instance = { transport: 'instance', endpoint: kms.url, clientKey } as const
  const signer = (options: AlibabaKmsOptions, check: 'always' | 'never') =>
    createSigner({ provider: createAlibabaKmsProvider(options), keyId, algorithm, check })
  return [
    openApiFloor(signing),
    rawClient(signing),
    signerWay(unchecked(OPENAPI), signer(openApi, 'never'), { message, key }),
    signerWay(checked(OPENAPI), signer(openApi, 'always'), { message, key }),
    signerWay(checkedDigest(OPENAPI), signer(openApi, 'always'), { message, key, digest: true }),
    instanceFloor(signing, privateKey),
    signerWay(unchecked(INSTANCE), signer(instance, 'never'), { message, key }),
    signerWay(checked(INSTANCE), signer(instance, 'always'), { message, key }),
    signerWay(checkedDigest(INSTANCE), signer(instance, 'always'), { message, key, digest: true }),
  ]
}

/** By default, OpenAPI is asked 180 times a second. More than this nobody can set. */
const UNLIMITED = 1_000_000

/** As its users write it. Its connections are kept by default. */
function rawClient({ url, keyId, version, algorithm, message, publicKey }: AlibabaSigning): Way {
  const settings = { ...ALIBABA_CREDENTIALS, endpoint: url.host, protocol: url.protocol.slice(0, -1) }
  const client = new sdk.default(settings as never)
  return way({
    name: RAW_CLIENT,
    publicKey,
    async once() {
      const digest = sha256(message).toString('base64')
      const parameters = { keyId, keyVersionId: version, algorithm, digest }
      const { value } = await client.asymmetricSign(new sdk.AsymmetricSignRequest(parameters))
      return Buffer.from(value, 'base64')
    },
    signatureOf: (signature) => signature,
  })
}
