import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { publishedVectors } from '../../../scripts/published-vectors.mjs'
import { parseAuthorization } from '../src/sigv4/authorization.js'
import { canonicalRequest, type SignedRequest } from '../src/sigv4/canonical-request.js'
import { checkSignature, type SignedService } from '../src/sigv4/check-signature.js'
import { signatureOf } from '../src/sigv4/signature.js'
import { stringToSign } from '../src/sigv4/string-to-sign.js'

/** Without it, this file is left out: see jest.config.mjs. */
const folder = `${publishedVectors()}/sigv4`

interface Context {
  readonly credentials: {
    readonly access_key_id: string
    readonly secret_access_key: string
    readonly token?: string
  }
  readonly normalize: boolean
  readonly region: string
  readonly service: string
  readonly timestamp: string
  readonly omit_session_token?: boolean
}

const names = readdirSync(folder).filter((name) => existsSync(`${folder}/${name}/context.json`))

const read = (name: string, file: string) => readFileSync(`${folder}/${name}/${file}`, 'utf8')

/** A request as it goes over the wire: lines until an empty one, then the body. A value may go on in a next line. */
function parseRequest(text: string): SignedRequest {
  const [head = '', ...body] = text.replaceAll('\r\n', '\n').split('\n\n')
  const [first = '', ...lines] = head.split('\n')
  const [, method = '', target = ''] = /^(\S+) (.*) HTTP\/1\.1$/.exec(first) ?? []
  const headers: [string, string][] = []
  for (const line of lines) {
    const [, name, value] = /^([^\s:]+):(.*)$/.exec(line) ?? []
    const last = headers.at(-1)
    if (name !== undefined && value !== undefined) headers.push([name, value])
    else if (last) last[1] += `\n${line}`
  }
  return { method, target, headers, body: Buffer.from(body.join('\n\n')) }
}

function serviceOf({ credentials, normalize, region, service, timestamp, ...rest }: Context): SignedService {
  const { access_key_id, secret_access_key, token } = credentials
  const credential = { accessKeyId: access_key_id, secretAccessKey: secret_access_key }
  return {
    region,
    service,
    now: new Date(timestamp),
    normalizePath: normalize,
    unsignedToken: rest.omit_session_token ?? false,
    credentials: [token === undefined ? credential : { ...credential, sessionToken: token }],
  }
}

test('all of the published requests are here', () => {
  expect(names).toHaveLength(38)
})

describe.each(names)('%s', (name) => {
  const context = JSON.parse(read(name, 'context.json')) as Context
  const service = serviceOf(context)
  const request = parseRequest(read(name, 'header-signed-request.txt'))
  const header = request.headers.find(([each]) => each === 'Authorization')?.[1] ?? ''
  const { scope, signedHeaders } = parseAuthorization(header)

  test('has the published canonical request, string to sign and signature', () => {
    const canonical = canonicalRequest(request, signedHeaders, context.normalize)
    expect(canonical).toBe(read(name, 'header-canonical-request.txt'))
    const text = stringToSign(canonical, '20150830T123600Z', scope)
    expect(text).toBe(read(name, 'header-string-to-sign.txt'))
    const signature = signatureOf(text, context.credentials.secret_access_key, scope)
    expect(signature).toBe(read(name, 'header-signature.txt'))
  })

  test('is accepted, and refused with another secret or another body', () => {
    const check = (signed: SignedRequest, settings: SignedService) => () => checkSignature(signed, settings)
    expect(check(request, service)).not.toThrow()
    const strangers = service.credentials.map((each) => ({ ...each, secretAccessKey: 'another' }))
    expect(check(request, { ...service, credentials: strangers })).toThrow(/does not match the signature/)
    const body = Buffer.concat([request.body, Buffer.from(' ')])
    expect(check({ ...request, body }, service)).toThrow(/does not match the signature/)
  })
})
