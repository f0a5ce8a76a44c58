/**
 * Signs once with a real key of Alibaba Cloud, by each transport that the environment describes. It is not part of CI: it
 * costs a request, and shows what no server of our own can show. Nothing secret is printed.
 *
 * OpenAPI:  SIGNPORT_ALIBABA_REGION (or SIGNPORT_ALIBABA_OPENAPI_ENDPOINT), SIGNPORT_ALIBABA_KEY, SIGNPORT_ALIBABA_ALGORITHM;
 *           optional SIGNPORT_ALIBABA_KEY_VERSION; credentials as @alicloud/credentials finds them
 * Instance: SIGNPORT_ALIBABA_INSTANCE (host), SIGNPORT_ALIBABA_CLIENT_KEY_FILE, SIGNPORT_ALIBABA_CLIENT_KEY_PASSWORD_FILE,
 *           SIGNPORT_ALIBABA_CA_FILE, SIGNPORT_ALIBABA_INSTANCE_KEY, SIGNPORT_ALIBABA_INSTANCE_ALGORITHM
 */
import { createAlibabaKmsProvider } from '@signport/alibaba-kms'
import { createSigner } from '@signport/core'

const say = (text) => process.stdout.write(`${text}\n`)

const read = (name) => process.env[`SIGNPORT_ALIBABA_${name}`] || undefined

const attempts = [
  {
    transport: 'openapi',
    configured: read('REGION') !== undefined || read('OPENAPI_ENDPOINT') !== undefined,
    messageTypes: ['digest'],
    key: ['KEY', 'ALGORITHM'],
    options: () => ({
      region: read('REGION'),
      endpoint: read('OPENAPI_ENDPOINT'),
      keyVersion: read('KEY_VERSION'),
    }),
  },
  {
    transport: 'instance',
    configured: read('INSTANCE') !== undefined,
    messageTypes: ['digest', 'raw'],
    key: ['INSTANCE_KEY', 'INSTANCE_ALGORITHM'],
    options: () => ({
      endpoint: required('INSTANCE'),
      clientKey: { file: required('CLIENT_KEY_FILE'), passwordFile: required('CLIENT_KEY_PASSWORD_FILE') },
      caFile: read('CA_FILE'),
    }),
  },
]

const configured = attempts.filter((attempt) => attempt.configured)
for (const { transport } of attempts.filter((attempt) => !attempt.configured))
  say(`alibaba-kms ${transport}: not configured, and so not tried (see the beginning of this file)`)
if (configured.length === 0) process.exitCode = 1
for (const attempt of configured) if (!(await succeeds(attempt))) process.exitCode = 1

async function succeeds({ transport, messageTypes, key: [key, algorithm], options }) {
  try {
    const provider = createAlibabaKmsProvider({ transport, ...options() })
    const signer = createSigner({ provider, keyId: required(key), algorithm: required(algorithm) })
    for (const messageType of messageTypes) await signOnce(signer, messageType, transport)
    await signer.close()
    return true
  } catch (error) {
    say(`alibaba-kms ${transport}: ${error.code ?? error.name}: ${error.message}`)
    return false
  }
}

/** The signer verifies what it was given before it hands it over: a wrong form, hash or id would be an error here. */
async function signOnce(signer, messageType, transport) {
  const started = performance.now()
  const message = new TextEncoder().encode(`Signport, ${new Date().toISOString()}`)
  const { algorithm, bytes, keyId, keyVersion, requestId } = await signer.sign(message, { messageType })
  const took = Math.round(performance.now() - started)
  const what = messageType === 'raw' ? 'message' : 'digest'
  say(`alibaba-kms ${transport}: ${algorithm} of the ${what}, ${bytes.length} bytes in ${took} ms`)
  say(`  key ${keyId}, version ${keyVersion ?? 'not said'}, request ${requestId ?? 'not said'}`)
}

function required(name) {
  const value = read(name)
  if (value === undefined) throw new Error(`SIGNPORT_ALIBABA_${name} is not set`)
  return value
}
