/**
 * Reads keys in a process of its own, which can be ended where a thread cannot: in the middle of a call that is not
 * JavaScript. It is told what to read, and tells what came of it.
 */
import { createPublicKey } from 'node:crypto'
import { readPkcs12 } from '../../../providers/alibaba-kms/dist/instance/pkcs12.js'
import { readPrivateKey } from '../../../providers/local/dist/private-key.js'

const READERS = {
  async pkcs12({ content, secret }) {
    const key = await readPkcs12(Buffer.from(content, 'base64'), secret, 'the file')
    return createPublicKey(key).export({ type: 'spki', format: 'der' }).toString('hex')
  },
  async pem({ content, secret }) {
    const { publicKey } = await readPrivateKey(content, 'the file', () => secret)
    return Buffer.from(publicKey.toSpki()).toString('hex')
  },
}

process.on('message', async ({ how, ...what }) => {
  try {
    process.send({ read: await READERS[how](what) })
  } catch (error) {
    const { name, message, code, stack } = error
    process.send({ thrown: { name, message, code, stack } })
  }
})
process.send('ready')
