import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { publishedVectors } from '../../../scripts/published-vectors.mjs'
import { canonicalRequest, type Pairs, type SignableRequest } from '../src/canonical-request.js'
import { amzDate, createSigV4Signer, type SigningScope, sha256, stringToSign } from '../src/sigv4.js'

/** AWS's suite (awslabs/aws-c-auth, tests/aws-signing-test-suite/v4): signing by headers. */
const folder = `${publishedVectors()}/sigv4`
const names = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)

interface Context {
  readonly credentials: {
    readonly access_key_id: string
    readonly secret_access_key: string
    readonly token?: string
  }
  readonly normalize: boolean
  readonly region: string
  readonly service: string
  readonly sign_body: boolean
  readonly omit_session_token?: boolean
  readonly timestamp: string
}

const textOf = (name: string, file: string) => readFileSync(join(folder, name, file), 'utf8')

function vectorOf(name: string) {
  const context = JSON.parse(textOf(name, 'context.json')) as Context
  const { credentials, normalize, region, service, timestamp } = context
  const date = amzDate(new Date(timestamp))
  const scope: SigningScope = { date, region, service }
  const request: SignableRequest = { ...readRequest(textOf(name, 'request.txt'), context, date), normalize }
  const keys = { accessKeyId: credentials.access_key_id, secretAccessKey: credentials.secret_access_key }
  return { request, scope, keys }
}

/** The request as its file has it, with the headers that a signer adds. */
function readRequest(text: string, context: Context, date: string): SignableRequest {
  const [head = '', body = ''] = text.split('\n\n', 2)
  const [requestLine = '', ...lines] = head.trimEnd().split('\n')
  const [, method = '', target = ''] = /^(\S+) (.*) HTTP\/1\.1$/.exec(requestLine) ?? []
  const [path = '', query = ''] = target.split('?', 2)
  const bodyHash = sha256(body)
  const { token } = context.credentials
  const added: Pairs = [
    ['X-Amz-Date', date],
    ...(context.sign_body ? ([['x-amz-content-sha256', bodyHash]] as const) : []),
    ...(token && !context.omit_session_token ? ([['X-Amz-Security-Token', token]] as const) : []),
  ]
  return { method, path, query: queryOf(query), headers: [...headersOf(lines), ...added], bodyHash }
}

/** A line that begins with white space goes on with the value before it. */
function headersOf(lines: readonly string[]): [string, string][] {
  const headers: [string, string][] = []
  for (const line of lines) {
    const last = headers.at(-1)
    if (/^\s/.test(line) && last) last[1] += `\n${line}`
    else headers.push([line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)])
  }
  return headers
}

function queryOf(query: string): [string, string][] {
  return query
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => pair.split('=', 2).map(decodeURIComponent) as [string, string])
}

describe('the published suite of AWS', () => {
  test('has its 38 cases, each with its four results', () => {
    expect(names.length).toBe(38)
    const files = [
      'header-canonical-request',
      'header-string-to-sign',
      'header-signature',
      'header-signed-request',
    ]
    const missing = names.flatMap((name) =>
      files.filter((file) => !existsSync(join(folder, name, `${file}.txt`))),
    )
    expect(missing).toEqual([])
  })

  test.each(names)('%s', (name) => {
    const { request, scope, keys } = vectorOf(name)
    const { text: canonical } = canonicalRequest(request)
    expect(canonical).toBe(textOf(name, 'header-canonical-request.txt'))
    expect(stringToSign(canonical, scope)).toBe(textOf(name, 'header-string-to-sign.txt'))
    const authorization = createSigV4Signer()(request, scope, keys)
    expect(authorization).toMatch(new RegExp(` Signature=${textOf(name, 'header-signature.txt')}$`))
    const [, published] = /^Authorization:(.*)$/m.exec(textOf(name, 'header-signed-request.txt')) ?? []
    expect(authorization).toBe(published)
  })
})
