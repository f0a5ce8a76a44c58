import { once } from 'node:events'
import { createServer } from 'node:http'
import { loadSigners } from '@signport/config'
import { createVerifier } from '@signport/core'
import { createRequestGate } from './request-gate.mjs'
import { signedRequest } from './signed-request.mjs'

const signers = await loadSigners('signport.yaml')
const orders = signers.get('orders')
// A local key that is made on demand is made by its first signature.
await orders.sign(Buffer.from('the first one'))
const publicKey = await orders.publicKey()

// The server: it has public keys by the names that clients have for them, and no signer.
const verifier = createVerifier({ publicKey: publicKey.toPem(), algorithm: orders.algorithm })
const verifiers = new Map([[orders.kid ?? publicKey.thumbprint, verifier]])
const server = createServer(async (request, response) => {
  const keyid = await admit(request, Buffer.concat(await request.toArray()))
  response.writeHead(keyid ? 200 : 401).end(keyid)
}).listen(0, '127.0.0.1')
await once(server, 'listening')
const origin = `http://127.0.0.1:${server.address().port}`
const onRefused = ({ code, message }) => console.log(`The server: ${code}, ${message}.`)
const admit = createRequestGate(origin, verifiers, { onRefused })

// The client: what it sends twice is let in once.
const request = await signedRequest(orders, `${origin}/orders`, {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: '{"item":"a chair"}',
})
for (const sent of [request.clone(), request]) console.log(`The client: ${(await fetch(sent)).status}.`)

server.close()
server.closeAllConnections()
await signers.close()
