import { type KeyObject, sign } from 'node:crypto'
import { promisify } from 'node:util'
import { BinaryReader, BinaryWriter } from '@bufbuild/protobuf/wire'
import { CLIENT_KEY_ID } from '../kms/kms.js'
import { INSTANCE_FLOOR } from './alibaba-names.js'
import { type AlibabaSigning, sha256 } from './alibaba-signing.js'
import { createBareHttp } from './bare-http.js'
import { type Way, way } from './way.js'

/** An instance wants each request signed with RSA: so much must be done by anybody. In the thread pool, as a provider does. */
export function instanceFloor(signing: AlibabaSigning, clientKey: KeyObject): Way {
  const body = bodyOf(signing)
  const headers = headersOf(signing, body)
  const { post, close } = createBareHttp(signing.url, headers, body)
  const signInPool = promisify(sign)
  const text = Buffer.from(Object.values(headers).join('\n'))
  return way({
    name: INSTANCE_FLOOR,
    publicKey: signing.publicKey,
    async once() {
      await signInPool('sha256', text, clientKey)
      return signatureIn(await post())
    },
    signatureOf: (signature) => signature,
    close,
  })
}

function bodyOf({ keyId, algorithm, message }: AlibabaSigning): Uint8Array {
  const text = (writer: BinaryWriter, number: number, value: string) => writer.tag(number, 2).string(value)
  const writer = new BinaryWriter()
  text(writer, 1, keyId)
  text(writer, 3, algorithm)
  writer.tag(4, 2).bytes(sha256(message))
  text(writer, 5, 'DIGEST')
  return writer.finish()
}

function headersOf({ url }: AlibabaSigning, body: Uint8Array): Record<string, string> {
  return {
    'content-sha256': sha256(body).toString('hex').toUpperCase(),
    'content-type': 'application/x-protobuf',
    date: new Date().toUTCString(),
    'x-kms-apiversion': 'dkms-gcs-0.2',
    'x-kms-apiname': 'Sign',
    'x-kms-signaturemethod': 'RSA_PKCS1_SHA_256',
    'x-kms-acccesskeyid': CLIENT_KEY_ID,
    accept: 'application/x-protobuf',
    'accept-encoding': 'identity',
    host: url.host,
    'content-length': String(body.length),
    'user-agent': 'signport',
    authorization: `Bearer ${Buffer.alloc(256).toString('base64')}`,
  }
}

/** The second field of an answer. */
function signatureIn(answer: Uint8Array): Uint8Array {
  const reader = new BinaryReader(answer)
  for (;;) {
    const [number, type] = reader.tag()
    if (number === 2) return reader.bytes()
    reader.skip(type)
  }
}
