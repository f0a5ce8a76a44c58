import { createHash } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { type HrTime, SpanKind, SpanStatusCode } from '@opentelemetry/api'
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base'
import type { Signer, SigningErrorCode } from '@signport/core'
import { failure } from './support/failure.js'
import { type Answer, KeyService } from './support/key-service.js'
import { localSigner } from './support/local-signer.js'
import { instrument, keepContexts, reset, type Telemetry, telemetry } from './support/telemetry.js'

const message = Buffer.from('4,711 bolts')
const service = new KeyService()
let sdk: Telemetry

beforeAll(() => service.start())
afterAll(() => service.stop())
beforeEach(() => {
  keepContexts()
  sdk = telemetry()
  instrument(sdk)
})
afterEach(reset)

/** The one span of a signature that there is. */
function onlySpan(): ReadableSpan {
  const [span] = sdk.signs()
  expect(sdk.signs()).toHaveLength(1)
  return span as ReadableSpan
}

/** A signature that the service refuses, or core; the last span is its own. */
async function failed(
  answers: readonly Answer[],
  sign: (signer: Signer) => Promise<unknown> = (signer) => signer.sign(message),
) {
  service.next.push(...answers)
  const signer = service.signer({ maxAttempts: 1 })
  const error = await failure(() => sign(signer))
  await signer.close()
  return { error, span: sdk.signs().at(-1) as ReadableSpan }
}

/** In milliseconds since 1970. */
const timeOf = ([seconds, nanoseconds]: HrTime) => seconds * 1_000 + nanoseconds / 1_000_000

describe('the span of a signature', () => {
  test('says what a key in this process has done', async () => {
    await localSigner('reports').sign(message)
    const { name, kind, attributes, status, events } = onlySpan()
    expect({ name, kind, attributes, status, events }).toEqual({
      name: 'sign Ed25519',
      kind: SpanKind.CLIENT,
      attributes: {
        'signport.provider': 'local',
        'signport.key.id': 'reports',
        'signport.algorithm': 'Ed25519',
        'signport.message_type': 'raw',
        'signport.attempts': 1,
      },
      status: { code: SpanStatusCode.UNSET },
      events: [],
    })
  })

  test('says what a service told', async () => {
    service.next.push({ requestId: 'request-1', keyVersion: 'version-2' })
    const signer = service.signer()
    await signer.sign(message)
    await signer.close()
    expect(onlySpan().attributes).toEqual({
      'signport.provider': 'key-service',
      'signport.key.id': 'invoices',
      'signport.key.version': 'version-2',
      'signport.algorithm': 'ES256',
      'signport.message_type': 'raw',
      'signport.attempts': 1,
      'signport.request_id': 'request-1',
    })
  })

  test('lasts from the call to the outcome', async () => {
    const signer = service.signer()
    const before = Date.now()
    const signing = signer.sign(message)
    await new Promise((resolve) => setTimeout(resolve, 5))
    await signing
    const after = Date.now()
    const { startTime, endTime } = onlySpan()
    const [start, end] = [timeOf(startTime), timeOf(endTime)]
    // The SDK and Date.now round in their own ways.
    expect(start).toBeGreaterThan(before - 2)
    expect(end).toBeGreaterThan(start)
    expect(end).toBeLessThan(after + 2)
    await signer.close()
  })

  test('counts repeated requests', async () => {
    service.next.push({ code: 'Unavailable' }, { code: 'Throttled' })
    const signer = service.signer({ maxAttempts: 3 })
    await signer.sign(message)
    await signer.close()
    expect(onlySpan().attributes).toMatchObject({ 'signport.attempts': 3 })
    expect(onlySpan().status).toEqual({ code: SpanStatusCode.UNSET })
  })

  test('is there for a digest, too', async () => {
    const digest = createHash('sha256').update(message).digest()
    const { error, span } = await failed([], (signer) => signer.signDigest(digest))
    expect(error).toMatchObject({ code: 'UnsupportedAlgorithm' })
    expect(span.attributes).toMatchObject({ 'error.type': 'UnsupportedAlgorithm', 'signport.attempts': 0 })
  })
})

/** Every code that a provider may give. */
const CODES: readonly SigningErrorCode[] = [
  'InvalidArgument',
  'UnknownAlgorithm',
  'UnsupportedAlgorithm',
  'MessageTooLarge',
  'DigestLengthMismatch',
  'KeyNotFound',
  'KeyDisabled',
  'InvalidKeyState',
  'InvalidKeyUsage',
  'KeyUnavailable',
  'KeyMismatch',
  'AccessDenied',
  'Unauthenticated',
  'Throttled',
  'Timeout',
  'Unavailable',
  'Internal',
  'InvalidResponse',
  'Configuration',
]

describe('the span of a signature that failed', () => {
  test.each(CODES)('has the code %s, and what the service told', async (code) => {
    const told = { requestId: 'request-1', providerCode: 'ServiceException' }
    const { error, span } = await failed([{ code, ...told }])
    expect(error).toMatchObject({ code })
    expect(span.status).toEqual({ code: SpanStatusCode.ERROR, message: 'The key service refuses.' })
    expect(span.attributes).toMatchObject({
      'error.type': code,
      'signport.attempts': 1,
      'signport.request_id': 'request-1',
      'signport.provider_code': 'ServiceException',
    })
    const exception = { 'exception.type': code, 'exception.message': 'The key service refuses.' }
    expect(span.events).toMatchObject([{ name: 'exception', attributes: exception }])
  })

  test.each<[string, SigningErrorCode, readonly Answer[], (signer: Signer) => Promise<unknown>]>([
    ['is too large', 'MessageTooLarge', [], (signer) => signer.sign(Buffer.alloc(5_000))],
    ['was aborted', 'Aborted', [], (signer) => signer.sign(message, { signal: AbortSignal.abort() })],
    ['is late', 'Timeout', [{ stall: true }], (signer) => signer.sign(message, { timeoutMs: 20 })],
    ['is by another key', 'SignatureCheckFailed', [{ otherKey: true }], (signer) => signer.sign(message)],
    ['comes after the end', 'Closed', [], (signer) => signer.close().then(() => signer.sign(message))],
  ])('because it %s has the code of core', async (_, code, answers, sign) => {
    const { error, span } = await failed(answers, sign)
    expect(error).toMatchObject({ code })
    expect(span.attributes).toMatchObject({ 'error.type': code })
    expect(span.status).toEqual({ code: SpanStatusCode.ERROR, message: (error as Error).message })
  })

  test('because of the caller has nothing of the text of the error, which may be his message', async () => {
    const streams = [
      () => {
        throw new Error('4,711 bolts')
      },
      () => Promise.reject(new TypeError('4,711 bolts')),
    ]
    for (const next of streams) {
      sdk = telemetry()
      const { disable } = instrument(sdk)
      const { error, span } = await failed([], (signer) => signer.sign(streamOf(next)))
      disable()
      expect(error).toMatchObject({ message: '4,711 bolts' })
      expect(span.status).toEqual({ code: SpanStatusCode.ERROR })
      expect(span.events).toMatchObject([{ attributes: { 'exception.type': 'Other' } }])
      expect(told([span])).not.toContain('bolts')
    }
  })
})

describe('what a span never holds', () => {
  test('a message, its digest, its signature', async () => {
    const signer = service.signer()
    const { bytes } = await signer.sign(message)
    await signer.close()
    await failed([{ code: 'Throttled' }])
    const secrets = [message, createHash('sha256').update(message).digest(), Buffer.from(bytes)]
    const forms = secrets.flatMap((secret) =>
      (['utf8', 'hex', 'base64', 'base64url'] as const).map((encoding) => secret.toString(encoding)),
    )
    const text = told(sdk.signs()) + JSON.stringify(await sdk.metrics())
    expect(sdk.signs()).toHaveLength(2)
    for (const form of forms) expect(text).not.toContain(form)
  })

  test('characters that move a cursor or reorder a line, and texts without end', async () => {
    const hostile = `\u001b[2J\u202e${'A'.repeat(65_536)}`
    const { span } = await failed([{ code: 'Internal', requestId: hostile, providerCode: hostile }])
    service.next.push({ requestId: hostile, keyVersion: hostile })
    const signer = service.signer({ keyId: 'invoices\u001b[2J' })
    await signer.sign(message)
    await signer.close()
    const text = told(sdk.signs())
    expect(sdk.signs()).toHaveLength(2)
    // JSON writes a control character as an escape of its own kind.
    expect(text).not.toMatch(/\u202e|\\u001b/)
    expect(text.length).toBeLessThan(10_000)
    expect(span.attributes['signport.request_id']).toMatch(/^\\u\{1b\}\[2J\\u\{202e\}A+…$/)
  })
})

/** All that an exporter is given of spans. */
function told(spans: readonly ReadableSpan[]): string {
  return JSON.stringify(
    spans.map(({ name, attributes, events, status, links }) => ({ name, attributes, events, status, links })),
  )
}

async function* streamOf(next: () => unknown) {
  yield message
  await next()
}
