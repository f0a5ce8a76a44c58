import { constants, type KeyObject, privateEncrypt } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'

/** A service of one RSA key: it answers Sign and GetPublicKey as AWS KMS does, and RS256 of digests alone. */
export interface LoopbackKms {
  readonly url: string
  close(): void
}

const ALGORITHM = 'RSASSA_PKCS1_V1_5_SHA_256'

/** What RFC 8017 section 9.2 has before a digest of SHA-256. */
export const SHA256_INFO = Buffer.from('3031300d060960864801650304020105000420', 'hex')

type Asked = Readonly<Record<string, string>>

/** Listens on 127.0.0.1. Requests are not authenticated. */
export async function startLoopbackKms(
  keyId: string,
  privateKey: KeyObject,
  publicKey: KeyObject,
): Promise<LoopbackKms> {
  const answers: Readonly<Record<string, (asked: Asked) => unknown>> = {
    'TrentService.Sign': (asked) => signed(asked, privateKey),
    'TrentService.GetPublicKey': () => described(publicKey),
  }
  const server = createServer(async (request, response) => {
    const asked = (await json(request)) as Asked
    const answer = asked.KeyId === keyId && answers[`${request.headers['x-amz-target']}`]?.(asked)
    response.writeHead(answer ? 200 : 400, { 'content-type': 'application/x-amz-json-1.1' })
    response.end(JSON.stringify(answer ? { KeyId: keyId, ...answer } : { __type: 'ValidationException' }))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const close = () => {
    server.close()
    server.closeAllConnections()
  }
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close }
}

function signed({ Message = '', MessageType, SigningAlgorithm }: Asked, privateKey: KeyObject): unknown {
  if (MessageType !== 'DIGEST' || SigningAlgorithm !== ALGORITHM) return undefined
  const info = Buffer.concat([SHA256_INFO, Buffer.from(Message, 'base64')])
  const key = { key: privateKey, padding: constants.RSA_PKCS1_PADDING }
  return { Signature: privateEncrypt(key, info).toString('base64'), SigningAlgorithm }
}

function described(publicKey: KeyObject): unknown {
  return {
    PublicKey: publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
    KeySpec: 'RSA_2048',
    KeyUsage: 'SIGN_VERIFY',
    SigningAlgorithms: [ALGORITHM],
  }
}
