/** A key-management service that costs the machine little: it has one message, which it has signed before it starts. */
import { once } from 'node:events'
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { answer, argument } from '../harness/answer.js'
import { createAwsPlane } from '../kms/aws-plane.js'
import { makeIdentity } from '../kms/certificate.js'
import { createInstancePlane } from '../kms/instance-plane.js'
import { type Keys, kmsOf, makeKeys } from '../kms/keys.js'
import type { Kms, KmsOptions } from '../kms/kms.js'
import { createOpenApiPlane } from '../kms/openapi-plane.js'
import { type Plane, wrong } from '../kms/plane.js'

const { tls, latencyMs } = argument<KmsOptions>()
const keys = makeKeys()
const plane = planeOf(keys)
const identity = tls ? makeIdentity() : undefined
const server = identity ? createHttpsServer(identity, answerTo) : createHttpServer(answerTo)
// An idle connection stays open for as long as others are measured.
server.keepAliveTimeout = 0
server.listen(0, '127.0.0.1')
await once(server, 'listening')
answer(told((server.address() as AddressInfo).port))

/** By a header that the protocol has alone. */
function planeOf(keys: Keys): Plane {
  const aws = createAwsPlane(keys)
  const instance = createInstancePlane(keys)
  const openApi = createOpenApiPlane(keys)
  return (asked) => {
    if ('x-amz-target' in asked.headers) return aws(asked)
    return 'x-kms-apiname' in asked.headers ? instance(asked) : openApi(asked)
  }
}

function answerTo(request: IncomingMessage, response: ServerResponse): void {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    const { method = '', url = '', headers } = request
    const { status, body, ...reply } = plane({ method, url, headers, body: Buffer.concat(chunks) }) ?? wrong
    const head = { ...reply.headers, 'content-length': body.length }
    const send = () => response.writeHead(status, head).end(body)
    if (latencyMs > 0) setTimeout(send, latencyMs)
    else send()
  })
}

function told(port: number): Kms {
  const url = `${identity ? 'https' : 'http'}://127.0.0.1:${port}`
  return { ...kmsOf(keys, url), ...(identity && { ca: identity.cert }) }
}
