import { createHash, createHmac } from 'node:crypto'
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { SignedRequest } from '../../src/sigv4/canonical-request.js'
import { checkSignature, type SignedService } from '../../src/sigv4/check-signature.js'
import { signed, type Unsigned } from '../support/signer.js'

/*
 * What the SDK's own signer has signed is accepted, and nothing of it can be changed.
 */

const credential = { accessKeyId: 'AKIDEXAMPLEEXAMPLE', secretAccessKey: 'secret', sessionToken: 'token' }
const NOW = new Date('2026-01-02T03:04:05.000Z')
const service: SignedService = { region: 'us-east-1', service: 'kms', credentials: [credential], now: NOW }

const strictly = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`)

const text = fc.string({ unit: 'grapheme', maxLength: 12 })
const path = fc.array(text.map(strictly), { maxLength: 4 }).map((segments) => `/${segments.join('/')}`)
const headerName = fc.stringMatching(/^x-(?:amz-)?test-[a-z0-9]{1,8}$/)
const headerValue = fc.stringMatching(/^[!-~]{1,8}(?: {1,3}[!-~]{1,8}){0,2}$/)

const unsigned: fc.Arbitrary<Unsigned> = fc.record({
  method: fc.constantFrom('GET', 'POST', 'PUT'),
  path,
  query: fc.dictionary(fc.stringMatching(/^[a-z]{1,6}$/), text, { maxKeys: 3 }),
  headers: fc
    .dictionary(headerName, headerValue, { maxKeys: 4 })
    .map((headers) => ({ host: '127.0.0.1:80', 'content-type': 'application/x-amz-json-1.1', ...headers })),
  body: fc.uint8Array({ maxLength: 200 }),
})

async function requestOf(request: Unsigned): Promise<SignedRequest> {
  const headers = await signed(request, { credential, date: NOW })
  const query = Object.entries(request.query ?? {}).map(([name, value]) => `${name}=${strictly(value)}`)
  return {
    method: request.method,
    target: [request.path, ...(query.length > 0 ? [query.join('&')] : [])].join('?'),
    headers: Object.entries(headers),
    body: Buffer.from(request.body),
  }
}

/** All that somebody on the way could do. */
const mutations: Record<string, (request: SignedRequest) => SignedRequest> = {
  'another method': (request) => ({ ...request, method: 'DELETE' }),
  'another path': (request) => ({ ...request, target: `/more${request.target}` }),
  'another query': (request) => ({
    ...request,
    target: `${request.target}${request.target.includes('?') ? '&' : '?'}zz=1`,
  }),
  'another body': (request) => ({ ...request, body: Buffer.concat([request.body, Buffer.from('.')]) }),
  'one header more, which counts': (request) => ({
    ...request,
    headers: [...request.headers, ['x-amz-added', '1']],
  }),
  'a header twice': ({ headers, ...request }) => ({ ...request, headers: [...headers, ['Host', 'other']] }),
  'another signature': (request) => withAuthorization(request, (value) => value.replace(/.$/, turned)),
  'a signature that is cut': (request) => withAuthorization(request, (value) => value.slice(0, -1)),
  'fewer signed headers': (request) =>
    withAuthorization(request, (value) => value.replace('content-type;', '')),
}

const turned = (character: string) => (character === '0' ? '1' : '0')

function withAuthorization(request: SignedRequest, edit: (value: string) => string): SignedRequest {
  const headers = request.headers.map(
    ([name, value]) => [name, name === 'authorization' ? edit(value) : value] as const,
  )
  return { ...request, headers }
}

const check = (request: SignedRequest, settings = service) => checkSignature(request, settings)

test('accepts what the signer of the SDK has signed', async () => {
  await fc.assert(
    fc.asyncProperty(unsigned, async (request) => {
      check(await requestOf(request))
    }),
    { numRuns: 200 },
  )
})

test.each(Object.entries(mutations))('refuses %s', async (_what, mutate) => {
  await fc.assert(
    fc.asyncProperty(unsigned, async (request) => {
      const mutated = mutate(await requestOf(request))
      expect(() => check(mutated)).toThrow(expect.objectContaining({ code: 'InvalidSignatureException' }))
    }),
    { numRuns: 40 },
  )
})

test('refuses every signed header with another value', async () => {
  await fc.assert(
    fc.asyncProperty(unsigned, fc.nat(), async (request, chosen) => {
      const sent = await requestOf(request)
      const candidates = sent.headers.filter(([name]) => name !== 'authorization')
      const [name] = candidates[chosen % candidates.length] ?? ['']
      const headers = sent.headers.map(
        ([each, value]) => [each, each === name ? `${value}x` : value] as const,
      )
      expect(() => check({ ...sent, headers })).toThrow(
        // A time that is none is said to be incomplete.
        expect.objectContaining({
          code: name === 'x-amz-date' ? 'IncompleteSignatureException' : 'InvalidSignatureException',
        }),
      )
    }),
    { numRuns: 60 },
  )
})

/** As clients without an SDK do it: by hand, from the steps that AWS describes. */
test('accepts the least that has to be signed', () => {
  const { accessKeyId, secretAccessKey } = credential
  const scope = '20260102/us-east-1/kms/aws4_request'
  const covered = 'content-type;host;x-amz-date;x-amz-target'
  const sha256 = (data: string) => createHash('sha256').update(data).digest('hex')
  const canonical = [
    'POST\n/\n',
    'content-type:application/x-amz-json-1.1\nhost:127.0.0.1:80\nx-amz-date:20260102T030405Z',
    `x-amz-target:TrentService.Sign\n\n${covered}\n${sha256('{}')}`,
  ].join('\n')
  const hmac = (key: string | Buffer, data: string) => createHmac('sha256', key).update(data).digest()
  const key = hmac(hmac(hmac(hmac(`AWS4${secretAccessKey}`, '20260102'), 'us-east-1'), 'kms'), 'aws4_request')
  const signature = hmac(key, `AWS4-HMAC-SHA256\n20260102T030405Z\n${scope}\n${sha256(canonical)}`)
  const authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope},SignedHeaders=${covered},Signature=${signature.toString('hex')}`
  const headers = {
    'Content-Type': 'application/x-amz-json-1.1',
    Host: '127.0.0.1:80',
    'X-Amz-Date': '20260102T030405Z',
    'X-Amz-Target': 'TrentService.Sign',
    // What is neither the service's own nor the body's type may be added on the way.
    'User-Agent': 'curl',
    Authorization: authorization,
  }
  const request = { method: 'POST', target: '/', headers: Object.entries(headers), body: Buffer.from('{}') }
  check(request, { ...service, credentials: [{ accessKeyId, secretAccessKey }] })
})
