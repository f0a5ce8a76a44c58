/** Signs a file with the key that its configuration names: `node sign-a-file.mjs CONFIGURATION FILE` */
import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { openSigner } from '@signport/config'

const [configuration = '', file = ''] = process.argv.slice(2)
const signer = await openSigner(JSON.parse(await readFile(configuration, 'utf8')))
try {
  const signature = await signer.sign(createReadStream(file))
  const { algorithm, provider, messageType } = signature
  const publicKey = (await signer.publicKey()).toPem()
  const hex = Buffer.from(signature.bytes).toString('hex')
  process.stdout.write(JSON.stringify({ provider, algorithm, messageType, publicKey, signature: hex }))
} finally {
  await signer.close()
}
