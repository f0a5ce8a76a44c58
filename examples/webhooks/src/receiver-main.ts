import { loadSigners } from '@signport/config'
import { createReceiver } from './receiver.js'

const signers = await loadSigners('receiver.yaml')
const verifiers = signers.names.map((name) => signers.verifier(name))

const receiver = createReceiver(verifiers, (event) => console.log(JSON.stringify(event)))
console.log(await receiver.listen({ port: Number(process.env.PORT ?? 3001), host: '127.0.0.1' }))

process.once('SIGTERM', async () => {
  await receiver.close()
  await signers.close()
})
