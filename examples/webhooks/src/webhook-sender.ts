import { randomUUID } from 'node:crypto'
import type { Signer } from '@signport/core'
import { injectSigner } from '@signport/inversify'
import { injectable } from 'inversify'
import { HEADER, signedContent } from './webhook.js'

/** Sends events to whoever has subscribed to them. It knows neither the key nor who holds it. */
@injectable()
export class WebhookSender {
  readonly #signer: Signer

  constructor(@injectSigner('webhooks') signer: Signer) {
    this.#signer = signer
  }

  async send(url: string, event: object): Promise<Response> {
    const body = Buffer.from(JSON.stringify(event))
    const [id, timestamp] = [`msg_${randomUUID()}`, String(Math.floor(Date.now() / 1000))]
    const { bytes } = await this.#signer.sign(signedContent(id, timestamp, body))
    return fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        [HEADER.id]: id,
        [HEADER.timestamp]: timestamp,
        [HEADER.signature]: Buffer.from(bytes).toString('base64'),
      },
      body,
    })
  }
}
