/** A key-management service that keeps to a quota, as AWS KMS does, and counts what it is asked. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Counts, QuotaServerOptions } from '../cases/bulk/quota-server.js'
import { answer, argument } from '../harness/answer.js'
import { createAwsPlane } from '../kms/aws-plane.js'
import { kmsOf, makeKeys } from '../kms/keys.js'
import { type Asked, type Reply, wrong } from '../kms/plane.js'
import { TokenBucket } from '../kms/token-bucket.js'

const THROTTLED: Reply = {
  status: 400,
  headers: { 'content-type': 'application/x-amz-json-1.1' },
  body: Buffer.from(
    JSON.stringify({
      __type: 'ThrottlingException',
      message: 'You have exceeded the rate at which you may call KMS. Reduce the frequency of your calls.',
    }),
  ),
}

const { latencyMs, quota } = argument<QuotaServerOptions>()
const keys = makeKeys()
const plane = createAwsPlane(keys)
const bucket = new TokenBucket(quota, performance.now())
const counts: { -readonly [Kind in keyof Counts]: number } = { signed: 0, throttled: 0, refused: 0 }

const server = createServer((request, response) => {
  const { method = '', url = '', headers } = request
  if (url === '/counts') {
    response.end(JSON.stringify(counts))
    return
  }
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    const reply = replyTo({ method, url, headers, body: Buffer.concat(chunks) })
    const head = { ...reply.headers, 'content-length': reply.body.length }
    setTimeout(() => response.writeHead(reply.status, head).end(reply.body), latencyMs)
  })
})
server.listen(0, '127.0.0.1')
await once(server, 'listening')
answer(kmsOf(keys, `http://127.0.0.1:${(server.address() as AddressInfo).port}`))

/** The quota is looked at when a request has come whole, before anything is signed. */
function replyTo(asked: Asked): Reply {
  const reply = plane(asked)
  if (!reply) {
    counts.refused += 1
    return wrong
  }
  if (!bucket.take(performance.now())) {
    counts.throttled += 1
    return THROTTLED
  }
  counts.signed += 1
  return reply
}
