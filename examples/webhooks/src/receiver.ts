import type { Verifier } from '@signport/core'
import fastify, { type FastifyInstance, type FastifyRequest } from 'fastify'
import { SeenIds } from './seen-ids.js'
import { HEADER, signedContent, TOLERANCE } from './webhook.js'

/**
 * Takes the webhooks of a shop whose public keys it has: nobody is asked whether they are genuine. While the shop moves
 * to another key, there are verifiers for both.
 */
export function createReceiver(
  verifiers: readonly Pick<Verifier, 'verify'>[],
  onEvent: (event: unknown) => void,
): FastifyInstance {
  const receiver = fastify()
  const seen = new SeenIds()

  // The signature is one of the bytes, not of what JSON makes of them. Nothing else is a webhook.
  receiver.removeAllContentTypeParsers()
  receiver.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_, body, done) =>
    done(null, body),
  )

  receiver.post('/webhooks', async (request, reply) => {
    const { body } = request
    if (!Buffer.isBuffer(body)) return reply.code(400).send({ error: 'no body' })
    const { id, timestamp, signature } = headersOf(request)
    const now = Date.now() / 1000
    if (!/^\d+$/.test(timestamp) || Math.abs(now - Number(timestamp)) > TOLERANCE)
      return reply.code(400).send({ error: 'too old, or of the future' })
    const content = signedContent(id, timestamp, body)
    if (!(await isGenuine(content, signature)))
      return reply.code(401).send({ error: 'not signed by the shop' })
    const event = parsed(body)
    if (event === undefined) return reply.code(400).send({ error: 'not JSON' })
    if (!seen.has(id)) onEvent(event)
    seen.add(id, Number(timestamp) + TOLERANCE, now)
    return reply.code(204).send()
  })

  async function isGenuine(content: Uint8Array, signature: string): Promise<boolean> {
    const bytes = Buffer.from(signature, 'base64')
    return (await Promise.all(verifiers.map((each) => each.verify(content, bytes)))).includes(true)
  }

  return receiver
}

function headersOf({ headers }: FastifyRequest) {
  const text = (name: string) => String(headers[name] ?? '')
  return { id: text(HEADER.id), timestamp: text(HEADER.timestamp), signature: text(HEADER.signature) }
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString())
  } catch {
    return undefined
  }
}
