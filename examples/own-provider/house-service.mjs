import { createPrivateKey, createPublicKey, privateEncrypt, sign } from 'node:crypto'
import { createServer } from 'node:http'

/** Before a SHA-256 in a signature of PKCS#1 version 1.5 (RFC 8017 section 9.2). */
const SHA256_INFO = Buffer.from('3031300d060960864801650304020105000420', 'hex')

const SIGN = {
  'rsa-pkcs1-sha256': (key, digest) => privateEncrypt(key, Buffer.concat([SHA256_INFO, digest])),
  'ecdsa-p256-sha256': (key, message) => sign('sha256', message, key),
}

/**
 * The signing service that `house-provider.mjs` is for, small enough to be tested against.
 *
 * @param {{ token: string, keys: Record<string, string> }} options keys as PKCS#8, PEM, by their names
 */
export function createHouseService({ token, keys }) {
  const state = { stalled: false, status: 200, instead: undefined }
  const server = createServer(async (request, response) => {
    if (state.stalled) return
    const [status, answer] = await answerTo(request)
    response.writeHead(status).end(state.instead ?? JSON.stringify(answer))
  })

  async function answerTo(request) {
    const body = Buffer.concat(await request.toArray()).toString()
    const [, , name, what] = request.url.split('/').map(decodeURIComponent)
    if (request.headers.authorization !== `Bearer ${token}`) return [401, {}]
    if (state.status !== 200) return [state.status, {}]
    if (!Object.hasOwn(keys, name)) return [404, {}]
    const key = createPrivateKey(keys[name])
    if (what === 'public')
      return [200, { key: name, pem: createPublicKey(key).export({ type: 'spki', format: 'pem' }) }]
    const { algorithm, content } = JSON.parse(body)
    const signature = SIGN[algorithm](key, Buffer.from(content, 'base64'))
    return [200, { key: name, signature: signature.toString('base64') }]
  }

  return { server, state }
}
