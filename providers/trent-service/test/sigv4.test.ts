import { createHash, createHmac } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { SignatureV4 } from '@smithy/signature-v4'
import fc from 'fast-check'
import type { SignableRequest } from '../src/canonical-request.js'
import { amzDate, createAmzDate, createSigV4Signer, sha256 } from '../src/sigv4.js'

/** What @smithy/signature-v4 hashes with: node:crypto, as the AWS SDK has it on Node. */
class Sha256 {
  readonly #hash
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', bytesOf(secret))
  }
  update(data: string | ArrayBuffer | ArrayBufferView) {
    this.#hash.update(bytesOf(data))
  }
  async digest() {
    return new Uint8Array(this.#hash.digest())
  }
}

function bytesOf(data: string | ArrayBuffer | ArrayBufferView): Buffer {
  if (typeof data === 'string') return Buffer.from(data)
  return ArrayBuffer.isView(data)
    ? Buffer.from(data.buffer, data.byteOffset, data.byteLength)
    : Buffer.from(data)
}

const word = fc.stringMatching(/^[A-Za-z0-9-]{1,12}$/)
const visible = fc.stringMatching(/^[\x20-\x7e]{0,40}$/)
const character = fc.oneof(
  fc.stringMatching(/^[\x21-\x7e]$/),
  fc.constantFrom('é', '☃', '𝄞', ' ', '%', '+', '*'),
)
const segment = fc
  .array(character, { maxLength: 8 })
  .map((parts) => parts.join('').replaceAll('/', '').replaceAll('?', ''))

const requests = fc.record({
  method: fc.constantFrom('POST', 'GET', 'PUT'),
  path: fc
    .array(fc.oneof(segment, fc.constantFrom('.', '..', '')), { maxLength: 6 })
    .map((parts) => `/${parts.join('/')}`),
  query: fc.dictionary(segment, fc.oneof(segment, fc.array(segment, { minLength: 2, maxLength: 3 })), {
    maxKeys: 4,
  }),
  // Names that the signer of the SDK adds itself, or never signs.
  headers: fc.dictionary(
    word.map((name) => `h-${name.toLowerCase()}`),
    visible,
    { maxKeys: 6 },
  ),
  // Written as they are signed, which needs no work, or in any order.
  inOrder: fc.boolean(),
  body: fc.uint8Array({ maxLength: 200 }),
  time: fc.date({ min: new Date('2000-01-01'), max: new Date('2099-12-31'), noInvalidDate: true }),
  region: fc.constantFrom('us-east-1', 'eu-west-1', 'cn-north-1'),
  service: fc.constantFrom('kms', 'service'),
  keys: fc.record({ accessKeyId: word, secretAccessKey: visible.filter((text) => text !== '') }),
})

type Drawn = typeof requests extends fc.Arbitrary<infer T> ? T : never

async function signedBySmithy({ method, path, query, headers, body, time, region, service, keys }: Drawn) {
  const signer = new SignatureV4({ credentials: keys, region, service, sha256: Sha256, applyChecksum: false })
  const request = { method, protocol: 'https:', hostname: 'kms.example.com', path, query, body }
  const signed = await signer.sign(
    { ...request, headers: { host: 'kms.example.com', ...headers } },
    { signingDate: time },
  )
  return signed.headers.authorization
}

function requestOf({ method, path, query, headers, inOrder, body, time }: Drawn): SignableRequest {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    [value].flat().map((each) => [name, each] as const),
  )
  const dated = Object.entries({ host: 'kms.example.com', ...headers, 'x-amz-date': amzDate(time) })
  if (inOrder) dated.sort()
  return { method, path, query: pairs, headers: dated, bodyHash: sha256(body) }
}

test('signs random requests as the signer of the AWS SDK does', async () => {
  const sign = createSigV4Signer()
  await fc.assert(
    fc.asyncProperty(requests, async (drawn) => {
      const { region, service, time, keys } = drawn
      const ours = sign(requestOf(drawn), { date: amzDate(time), region, service }, keys)
      expect(ours).toBe(await signedBySmithy(drawn))
    }),
    { numRuns: 500 },
  )
})

describe('the key that is kept', () => {
  const headers = [['host', 'h']] as const
  const request: SignableRequest = { method: 'POST', path: '/', query: [], headers, bodyHash: sha256('') }
  const scope = { date: '20260101T000000Z', region: 'us-east-1', service: 'kms' }
  const keys = { accessKeyId: 'A', secretAccessKey: 'S' }

  test.each([
    ['another secret', scope, { ...keys, secretAccessKey: 'T' }],
    ['another day', { ...scope, date: '20260102T000000Z' }, keys],
    ['another region', { ...scope, region: 'us-east-2' }, keys],
    ['another service', { ...scope, service: 'sts' }, keys],
  ])('is not used for %s', (_, otherScope, otherKeys) => {
    const sign = createSigV4Signer()
    const before = sign(request, scope, keys)
    const other = sign(request, otherScope, otherKeys)
    expect(other).toBe(createSigV4Signer()(request, otherScope, otherKeys))
    expect(other).not.toBe(before)
    expect(sign(request, scope, keys)).toBe(before)
  })
})

test('a time is written to the second, in UTC', () => {
  expect(amzDate(new Date('2015-08-30T12:36:59.999Z'))).toBe('20150830T123659Z')
})

test('the time that is kept is that of its second alone', () => {
  const dateOf = createAmzDate()
  const start = Date.parse('2015-08-30T12:36:59Z')
  fc.assert(
    fc.property(fc.integer({ min: -2500, max: 2500 }), (milliseconds) => {
      const time = new Date(start + milliseconds)
      expect(dateOf(time)).toBe(amzDate(time))
    }),
  )
})
