import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createAlibabaKmsProvider } from '@signport/alibaba-kms'
import { createAwsKmsProvider } from '@signport/aws-kms'
import { type AlgorithmName, parseAlgorithm, type SigningProvider } from '@signport/core'
import fc from 'fast-check'
import { loadSdk } from '../../../../providers/aws-kms/src/sdk.js'
import { mutatedJson } from '../json-mutation.js'
import { type Parser, parser, promise } from '../parser.js'
import { ARN, ODD_MEMBERS, OPENAPI_ANSWERS, OPENAPI_MEMBERS, SECRETS, TOLD } from '../seeds/answers.js'
import { mutatedText } from '../text-mutation.js'
import { statuses, trentBodies } from './trent-answer.js'

/** An answer of a service, and what it was asked. */
interface Answered {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
  readonly isSignature: boolean
}

const digest = Buffer.alloc(32, 7)

/** The forms in which a service may repeat what it was sent, which a secret access key is not. */
const SENT = [
  ...SECRETS.filter((each) => each !== TOLD.message && each !== TOLD.secretAccessKey),
  digest.toString('base64'),
  digest.toString('hex'),
]

function ask(
  provider: SigningProvider,
  keyId: string,
  name: AlgorithmName,
  wireName: string,
  isSignature: boolean,
) {
  const algorithm = parseAlgorithm(name)
  const request = { keyId, algorithm, wireName, parameters: {}, pinned: false }
  return isSignature
    ? provider.sign({ ...request, input: { kind: 'digest', digest } }, {})
    : provider.getPublicKey(request, {})
}

function assertOutcome(outcome: object): void {
  for (const [name, value] of Object.entries(outcome)) {
    if (typeof value !== 'string' || name === 'publicKey') continue
    promise(!/[\p{Cc}\p{Cs}]/u.test(value), `it handed on a ${name} that is no name`)
    for (const secret of SENT) promise(!value.includes(secret), `it handed on a secret as ${name}`)
  }
}

/** The SDK of AWS reads what a handler of the test's gives it, in place of a connection. */
function aws() {
  let next: Answered | undefined
  let provider: SigningProvider | undefined
  const handle = async () => {
    const { status: statusCode = 200, headers = {}, body = Buffer.alloc(0) } = next ?? {}
    return { response: { statusCode, headers: { ...headers }, body } }
  }
  return {
    async start() {
      const { KMSClient } = await loadSdk()
      const credentials = {
        accessKeyId: TOLD.accessKeyId,
        secretAccessKey: TOLD.secretAccessKey,
        sessionToken: TOLD.sessionToken,
      }
      const requestHandler = { handle, updateHttpClientConfig() {}, httpHandlerConfigs: () => ({}) }
      const client = new KMSClient({ region: 'eu-west-1', credentials, maxAttempts: 1, requestHandler })
      provider = createAwsKmsProvider({ client })
    },
    async read(answered: Answered) {
      next = answered
      assertOutcome(
        await ask(provider as SigningProvider, ARN, 'ES256', 'ECDSA_SHA_256', answered.isSignature),
      )
    },
    async stop() {
      await provider?.close?.()
    },
  }
}

/** The client of Alibaba's OpenAPI reads what a server of the test's gives it. */
function openapi() {
  let next: Answered | undefined
  let server: Server | undefined
  let provider: SigningProvider | undefined
  return {
    async start() {
      server = createServer((_, response) => {
        const { status = 200, headers = {}, body } = next ?? {}
        response.writeHead(Math.max(200, status), { ...headers }).end(body)
      })
      await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve))
      const { port } = server.address() as AddressInfo
      provider = createAlibabaKmsProvider({
        transport: 'openapi',
        endpoint: `http://127.0.0.1:${port}`,
        region: 'cn-hangzhou',
        keyVersion: '2ab1a983-7072-4bbc-a582-584b5bd8ffd3',
        credentials: {
          accessKeyId: TOLD.accessKeyId,
          accessKeySecret: TOLD.secretAccessKey,
          securityToken: TOLD.sessionToken,
        },
      })
    },
    async read(answered: Answered) {
      next = answered
      const key = 'key-hzz62f1cb66fa42qo5l1x'
      assertOutcome(
        await ask(provider as SigningProvider, key, 'ES256', 'ECDSA_SHA_256', answered.isSignature),
      )
    },
    async stop() {
      await provider?.close?.()
      server?.closeAllConnections()
      await new Promise((resolve) => server?.close(resolve))
    },
  }
}

const AWS_HEADERS = [
  {
    'content-type': 'application/x-amz-json-1.1',
    'x-amzn-requestid': '475f1620-b9d3-4d35-b5c6-3fbdd941423d',
  },
  { 'x-amzn-requestid': TOLD.sessionToken },
  { 'x-amzn-errortype': 'DisabledException' },
  { 'x-amzn-query-error': 'a;b', date: 'no date' },
  { 'retry-after': '1' },
]

const OPENAPI_HEADERS = [
  { 'content-type': 'application/json' },
  { 'content-type': 'text/html' },
  { location: 'https://elsewhere.example/' },
  { 'x-acs-request-id': 'a' },
]

const openapiBodies = fc
  .oneof(
    { weight: 4, arbitrary: mutatedJson(OPENAPI_ANSWERS, OPENAPI_MEMBERS, ODD_MEMBERS) },
    {
      weight: 1,
      arbitrary: mutatedText(
        OPENAPI_ANSWERS.map((answer) => JSON.stringify(answer)),
        ['{', '"', ':', '}'],
      ),
    },
  )
  .map((text) => Buffer.from(text))

const answers = (body: fc.Arbitrary<Buffer>, headers: readonly Readonly<Record<string, string>>[]) =>
  fc.record({ status: statuses, headers: fc.constantFrom(...headers), body, isSignature: fc.boolean() })

/** Answers that the SDK of a vendor reads first. */
export const SDK_PARSERS: readonly Parser[] = [
  parser<Answered>({
    name: 'aws-answer',
    inputs: answers(trentBodies, AWS_HEADERS as never),
    secretsIn: () => SENT,
    ...aws(),
  }),
  parser<Answered>({
    name: 'openapi-answer',
    inputs: answers(openapiBodies, OPENAPI_HEADERS as never),
    secretsIn: () => SENT,
    ...openapi(),
  }),
]
