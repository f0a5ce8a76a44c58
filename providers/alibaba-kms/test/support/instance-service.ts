import { createHash, generateKeyPairSync, type KeyObject, verify } from 'node:crypto'
import { fieldsOf, message } from './protobuf.js'
import { type Reply, type Seen, type StartOptions, startServer, type TestServer } from './server.js'
import { CASES, OTHER_P256, type ServiceKey } from './service-keys.js'

/** The ClientKey that requests must be signed with. */
const pair = generateKeyPairSync('rsa', { modulusLength: 2048 })
export const CLIENT_KEY = {
  keyId: 'KAAP.12345678-abcd-4000-8000-1234567890ab',
  privateKey: pair.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
}

export const CLIENT_PUBLIC_KEY = pair.publicKey

/** What a request to sign said. */
interface Asked {
  readonly keyId: string
  readonly algorithm: string
  readonly message: Buffer
  readonly messageType: string
}

/** A small instance that really signs, and checks what it is asked. */
export interface InstanceService extends TestServer {
  readonly aliases: Map<string, string>
  /** The last request to sign. */
  last(): Asked
  /** What the next requests end with instead; undefined for none. */
  instead: ((seen: Seen) => Reply | undefined | 'stall') | undefined
  /** What is added to, or taken out of, the fields of an answer to Sign. */
  changed: Readonly<Record<number, string | Uint8Array | undefined>>
}

const KEYS = new Map([...CASES.map(([, , key]) => key), OTHER_P256].map((key) => [key.id, key]))

export const REQUEST_ID = 'a3f0c3a1-5b1e-4d5e-9f3a-0d6f0c6b8e11'

export async function startInstance({
  publicKey = CLIENT_PUBLIC_KEY,
  clientKeyId = CLIENT_KEY.keyId,
  ...how
}: StartOptions & { publicKey?: KeyObject; clientKeyId?: string } = {}): Promise<InstanceService> {
  const aliases = new Map<string, string>()
  const server = await startServer((seen) => {
    const special = service.instead?.(seen)
    if (special === 'stall') return undefined
    if (special) return special
    const wrong = unsigned(seen, publicKey, clientKeyId)
    if (wrong) return refusal(401, 'SignatureNotMatch', wrong)
    const name = fieldsOf(seen.body).get(1)?.toString() ?? ''
    const key = KEYS.get(aliases.get(name) ?? name)
    if (!key) return refusal(404, 'Forbidden.KeyNotFound', 'The specified Key is not found.')
    if (seen.headers['x-kms-apiname'] === 'GetPublicKey')
      return success({ 1: key.id, 2: key.publicKey, 3: REQUEST_ID }, seen)
    const asked = askedOf(seen.body)
    const fields = {
      1: key.id,
      2: signed(key, asked),
      3: REQUEST_ID,
      4: asked.algorithm,
      5: asked.messageType,
    }
    return success({ ...fields, ...service.changed }, seen)
  }, how)
  const service: InstanceService = {
    ...server,
    aliases,
    instead: undefined,
    changed: {},
    last: () => askedOf(server.requests.at(-1)?.body ?? Buffer.alloc(0)),
  }
  return service
}

function askedOf(body: Buffer): Asked {
  const fields = fieldsOf(body)
  const text = (number: number) => fields.get(number)?.toString() ?? ''
  if (fields.has(2)) throw new Error('Field 2 is of older times.')
  return {
    keyId: text(1),
    algorithm: text(3),
    message: fields.get(4) ?? Buffer.alloc(0),
    messageType: text(5),
  }
}

function signed(key: ServiceKey, { message: given, messageType, algorithm }: Asked): Uint8Array {
  if (messageType === 'RAW') return key.sign(given, algorithm)
  if (messageType !== 'DIGEST' || given.length !== 32) throw new Error('A digest has 32 bytes.')
  return key.signDigest(given, algorithm)
}

/** The version of a key goes back as it came. */
function success(fields: Parameters<typeof message>[0], { headers }: Seen): Reply {
  const version = headers['x-kms-migrationkeyversionid']
  return {
    headers: {
      'content-type': 'application/x-protobuf',
      ...(typeof version === 'string' && { 'x-kms-migrationkeyversionid': version }),
    },
    body: message(fields),
  }
}

/** A failure as an instance says it. */
export const refusal = (status: number, code: string, text = 'No.'): Reply => ({
  status,
  headers: { 'content-type': 'application/x-protobuf' },
  body: message({ 1: status, 2: code, 3: text, 4: REQUEST_ID }),
})

/** Why a request is not signed as the vendor's SDKs do it. */
function unsigned(
  { method, path, headers, body }: Seen,
  publicKey: KeyObject,
  clientKeyId: string,
): string | undefined {
  const text = (name: string) => String(headers[name] ?? '')
  if (method !== 'POST' || path !== '/') return 'not POST /'
  if (text('x-kms-acccesskeyid') !== clientKeyId) return 'another ClientKey'
  if (text('x-kms-apiversion') !== 'dkms-gcs-0.2') return 'another version'
  if (text('x-kms-signaturemethod') !== 'RSA_PKCS1_SHA_256') return 'another method'
  if (text('content-sha256') !== createHash('sha256').update(body).digest('hex').toUpperCase())
    return 'another body'
  if (Math.abs(Date.parse(text('date')) - Date.now()) > 15 * 60 * 1000) return 'another time'
  const own = Object.keys(headers)
    .filter((name) => name.startsWith('x-kms-'))
    .sort()
  const lines = [
    'POST',
    text('content-sha256'),
    text('content-type'),
    text('date'),
    ...own.map((name) => `${name}:${text(name)}`),
    '/',
  ]
  const signature = Buffer.from(text('authorization').replace(/^Bearer /, ''), 'base64')
  const valid = verify('sha256', Buffer.from(lines.join('\n')), publicKey, signature)
  return valid ? undefined : 'another signature'
}
