import { SIGNER } from '@signport/inversify'
import fastify, { type FastifyError, type FastifyInstance } from 'fastify'
import type { Container } from 'inversify'
import { WebhookSender } from './webhook-sender.js'

/** A shop that tells a subscriber of each order. */
export function createShop(container: Container, subscriber: string): FastifyInstance {
  const sender = container.get(WebhookSender, { autobind: true })
  const shop = fastify()

  // What a signer or a subscriber says of a failure is for the log, and not for whoever ordered.
  shop.setErrorHandler<FastifyError>((error, _, reply) => {
    const { statusCode = 500 } = error
    if (statusCode < 500) return reply.code(statusCode).send({ error: error.message })
    console.error(String(error))
    return reply.code(503).send({ error: 'try again later' })
  })

  shop.post('/orders', async (request, reply) => {
    const { status } = await sender.send(subscriber, { type: 'order.created', order: request.body })
    return reply.code(status === 204 ? 201 : 502).send()
  })

  // What receivers put into their configuration, once.
  shop.get('/webhooks/key.pem', async (_, reply) => {
    const key = await container.get(SIGNER('webhooks')).publicKey()
    return reply.type('application/x-pem-file').send(key.toPem())
  })

  return shop
}
