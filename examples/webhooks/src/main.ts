import 'reflect-metadata'
import { loadSigners } from '@signport/config'
import { SIGNER, signerModule } from '@signport/inversify'
import { Container } from 'inversify'
import { createShop } from './shop.js'

const container = new Container()
container.load(signerModule(await loadSigners('signport.yaml'), { require: ['webhooks'] }))

// A key or a permission that is missing shows now, and not with the first order. A local key that is made on demand is
// made by this signature, so that it can be published before any webhook.
await container.get(SIGNER('webhooks')).sign(Buffer.from('the start of the shop'))

const shop = createShop(container, process.env.SUBSCRIBER ?? 'http://127.0.0.1:3001/webhooks')
console.log(await shop.listen({ port: Number(process.env.PORT ?? 3000), host: '127.0.0.1' }))

process.once('SIGTERM', async () => {
  await shop.close()
  await container.unbindAllAsync()
})
