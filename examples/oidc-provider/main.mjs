import { once } from 'node:events'
import { createServer } from 'node:http'
import { loadSigners } from '@signport/config'
import { createIdentityProvider } from './identity-provider.mjs'

const { PORT = '3000', ISSUER, CLIENT_SECRET } = process.env
if (!CLIENT_SECRET)
  throw new Error('CLIENT_SECRET is missing: what the client "shop" shows when it asks for a token.')

const signers = await loadSigners('signport.yaml')
const server = createServer().listen(Number(PORT), '127.0.0.1')
await once(server, 'listening')
const issuer = ISSUER ?? `http://127.0.0.1:${server.address().port}`

const shop = {
  client_id: 'shop',
  client_secret: CLIENT_SECRET,
  grant_types: ['client_credentials'],
  response_types: [],
  redirect_uris: [],
}
const provider = createIdentityProvider(signers.get('tokens'), {
  issuer,
  audience: 'https://orders.example.com',
  // Nobody signs in: the clients are programs.
  configuration: { clients: [shop], features: { devInteractions: { enabled: false } } },
})
// What can never work ends the program here: requests would be told to come again.
await provider.ready()
server.on('request', provider.listen)
console.log(issuer)

process.once('SIGTERM', () => {
  server.close(() => signers.close())
  server.closeIdleConnections()
})
