import { createHmac } from 'node:crypto'
import { type Lasting, type Reply, type Seen, startServer, type TestServer } from './server.js'
import { CASES, OTHER_P256, type ServiceKey } from './service-keys.js'

/** What requests must be signed with. */
export const CREDENTIALS = {
  accessKeyId: 'LTAI5tTestTestTestTestTest',
  accessKeySecret: 'Qw3rTyUiOpAsDfGhJkLzXcVbNm1234',
}

/** The same for a while, with a token. */
export const TEMPORARY = {
  accessKeyId: 'STS.NUgYrLnoC37mZZCNnAbez',
  accessKeySecret: 'CVwjCkNzTMupZ8NbTCxCBRq3K16jtcWF',
  securityToken: 'CAIS/token+with=signs/that+are=encoded/in+URLs=',
}

/** A failure as the service says it. */
export interface Refused {
  readonly status: number
  readonly code: string
  readonly message?: string
}

/** A small KMS with an OpenAPI that really signs, and checks what it is asked. */
export interface OpenApiService extends TestServer {
  /** The names of the operations so far. */
  operations(): string[]
  /** The parameters of the last request. */
  last(): URLSearchParams
  /** The versions of each key: one, until a test says otherwise. */
  readonly versions: Map<string, string[]>
  readonly aliases: Map<string, string>
  /** What the next requests end with instead; undefined for none. */
  instead: ((parameters: URLSearchParams, seen: Seen) => Reply | Refused | undefined | 'stall') | undefined
}

const KEYS = new Map([...CASES.map(([, , key]) => key), OTHER_P256].map((key) => [key.id, key]))

const REQUEST_ID = '475f1620-b9d3-4d35-b5c6-3fbdd941423d'

export async function startOpenApi(how?: Lasting): Promise<OpenApiService> {
  const versions = new Map([...KEYS.keys()].map((id) => [id, [versionOf(id)]]))
  const aliases = new Map<string, string>()
  const server = await startServer((seen) => {
    const parameters = new URLSearchParams(seen.path.slice(2))
    const special = service.instead?.(parameters, seen)
    if (special === 'stall') return undefined
    if (special) return 'code' in special ? refused(special) : special
    const wrong = unsigned(seen, parameters)
    return wrong ? refused(wrong) : answer(parameters)
  }, how)
  const answer = (parameters: URLSearchParams): Reply => {
    const text = (name: string) => parameters.get(name) ?? ''
    const id = aliases.get(text('KeyId')) ?? text('KeyId')
    const key = KEYS.get(id)
    if (!key)
      return refused({
        status: 404,
        code: 'Forbidden.KeyNotFound',
        message: 'The specified Key is not found.',
      })
    const known = versions.get(id) ?? []
    const operation = text('Action')
    if (operation === 'DescribeKey') return json({ KeyMetadata: { KeyId: id, KeyState: 'Enabled' } })
    // The vendor's page names the id alone.
    if (operation === 'ListKeyVersions' && aliases.has(text('KeyId')))
      return refused({ status: 400, code: 'Unsupported.Alias' })
    if (operation === 'ListKeyVersions') return json(listed(id, known))
    const version = text('KeyVersionId')
    if (version === '') return refused({ status: 400, code: 'MissingParameter' })
    if (!known.includes(version)) return refused({ status: 404, code: 'Forbidden.KeyVersionNotFound' })
    const said = { KeyId: id, KeyVersionId: version }
    if (operation === 'GetPublicKey') return json({ ...said, PublicKey: key.publicKey })
    if (operation !== 'AsymmetricSign') return refused({ status: 404, code: 'InvalidAction.NotFound' })
    return json({ ...said, Value: signed(key, parameters) })
  }
  const service: OpenApiService = {
    ...server,
    versions,
    aliases,
    instead: undefined,
    operations: () =>
      server.requests.map(({ path }) => new URLSearchParams(path.slice(2)).get('Action') ?? ''),
    last: () => new URLSearchParams(server.requests.at(-1)?.path.slice(2)),
  }
  return service
}

/** The version that a key has here as long as a test says nothing else. */
export const versionOf = (keyId: string) => `v1-of-${keyId}`

function listed(keyId: string, known: readonly string[]) {
  const KeyVersion = known.slice(0, 100).map((KeyVersionId) => ({ KeyId: keyId, KeyVersionId }))
  return { KeyVersions: { KeyVersion }, TotalCount: known.length, PageNumber: 1, PageSize: 100 }
}

function signed(key: ServiceKey, parameters: URLSearchParams): string {
  const digest = Buffer.from(parameters.get('Digest') ?? '', 'base64')
  if (digest.length !== 32) throw new Error('A digest has 32 bytes.')
  return Buffer.from(key.signDigest(digest, parameters.get('Algorithm') ?? '')).toString('base64')
}

export const json = (body: object, status = 200): Reply => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ RequestId: REQUEST_ID, ...body }),
})

export const refused = ({ status, code, message = 'No.' }: Refused): Reply =>
  json({ HttpStatus: status, Code: code, Message: message, HostId: 'kms.cn-hangzhou.aliyuncs.com' }, status)

const encode = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`)

/** Why a request is not signed as version 1 of the vendor's signatures has it. */
function unsigned({ method, body }: Seen, parameters: URLSearchParams): Refused | undefined {
  const held = [CREDENTIALS, TEMPORARY].find(
    ({ accessKeyId }) => accessKeyId === parameters.get('AccessKeyId'),
  )
  if (!held) return { status: 404, code: 'InvalidAccessKeyId.NotFound' }
  if (method !== 'POST' || body.length > 0) return { status: 400, code: 'UnsupportedHTTPMethod' }
  const token = 'securityToken' in held ? held.securityToken : null
  if (parameters.get('SecurityToken') !== token)
    return { status: 400, code: 'InvalidSecurityToken.Malformed' }
  const pairs = [...parameters].filter(([name]) => name !== 'Signature')
  const canonical = pairs.sort(([a], [b]) => (a < b ? -1 : 1)).map((pair) => pair.map(encode).join('='))
  const text = `POST&%2F&${encode(canonical.join('&'))}`
  const expected = createHmac('sha1', `${held.accessKeySecret}&`).update(text).digest('base64')
  if (parameters.get('Signature') === expected) return undefined
  const message = `Specified signature is not matched with our calculation. server string to sign is:${text}`
  return { status: 400, code: 'IncompleteSignature', message }
}
