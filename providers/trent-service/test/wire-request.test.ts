import { createHash } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { readSignedHeaders, type SignedHeadersOption } from '../src/signed-headers.js'
import { createRequestWriter } from '../src/wire-request.js'
import { failureOf } from './support/failure.js'

const URL_WITH_PATH = new URL('https://kms.example.com:8443/prefix')
const KEYS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' }
const TOKEN = { ...KEYS, sessionToken: 'token' }

function writer(option?: SignedHeadersOption) {
  return createRequestWriter({
    url: URL_WITH_PATH,
    region: 'eu-west-1',
    signedHeaders: readSignedHeaders(option),
    clock: { now: () => new Date('2015-08-30T12:36:00.789Z') },
  })
}

const signedIn = (authorization = '') => /SignedHeaders=([^,]*),/.exec(authorization)?.[1]

describe('a request', () => {
  test('says the operation in a header, and its parameters in JSON', () => {
    const { headers, body } = writer()('Sign', { KeyId: 'k', Message: Buffer.from('ab'), DryRun: true })
    expect(JSON.parse(body.toString())).toEqual({ KeyId: 'k', Message: 'YWI=', DryRun: true })
    expect(headers).toEqual({
      'accept-encoding': 'identity',
      'content-length': String(body.length),
      'content-type': 'application/x-amz-json-1.1',
      host: 'kms.example.com:8443',
      'user-agent': 'signport',
      'x-amz-target': 'TrentService.Sign',
    })
  })

  test('holds the bytes of a view, and nothing beside them', () => {
    const message = new Uint8Array([1, 2, 3, 4]).subarray(1, 3)
    expect(JSON.parse(writer()('Sign', { Message: message }).body.toString())).toEqual({ Message: 'AgM=' })
  })

  test.each(['', 'Sign\r\nx-evil: 1', 'TrentService.Sign', 'Sign Key', 7 as unknown as string])(
    'is refused for the operation %j',
    async (operation) => {
      expect(await failureOf(() => writer()(operation, {}))).toMatchObject({ code: 'InvalidArgument' })
    },
  )
})

describe('the signed headers', () => {
  const minimal = 'content-type;host;x-amz-date;x-amz-target'
  const all = 'content-length;content-type;host;x-amz-content-sha256;x-amz-date;x-amz-target'

  test.each<[SignedHeadersOption | undefined, string, string]>([
    [
      undefined,
      all,
      'content-length;content-type;host;x-amz-content-sha256;x-amz-date;x-amz-security-token;x-amz-target',
    ],
    [
      'all',
      all,
      'content-length;content-type;host;x-amz-content-sha256;x-amz-date;x-amz-security-token;x-amz-target',
    ],
    ['minimal', minimal, 'content-type;host;x-amz-date;x-amz-security-token;x-amz-target'],
    [[], 'host;x-amz-date', 'host;x-amz-date;x-amz-security-token'],
    [['x-amz-target'], 'host;x-amz-date;x-amz-target', 'host;x-amz-date;x-amz-security-token;x-amz-target'],
    [
      ['HOST', 'Content-Type'] as never,
      'content-type;host;x-amz-date',
      'content-type;host;x-amz-date;x-amz-security-token',
    ],
  ])('of %j are %s, and with a token %s', (option, expected, withToken) => {
    const write = writer(option)
    expect(signedIn(write('Sign', {}, KEYS).headers.authorization)).toBe(expected)
    expect(signedIn(write('Sign', {}, TOKEN).headers.authorization)).toBe(withToken)
  })

  test('are all sent, and no other header of AWS is', () => {
    for (const option of ['all', 'minimal', []] as const) {
      const { headers } = writer(option)('Sign', {}, TOKEN)
      const signed = signedIn(headers.authorization)?.split(';') ?? []
      expect(Object.keys(headers)).toEqual(expect.arrayContaining(signed))
      const ofAws = Object.keys(headers).filter(
        (name) => name.startsWith('x-amz-') && name !== 'x-amz-target',
      )
      expect(signed).toEqual(expect.arrayContaining(ofAws))
    }
  })

  test('hold the time of the clock, to the second', () => {
    const { headers, signedAt } = writer('all')('Sign', { KeyId: 'k' }, KEYS)
    expect(headers['x-amz-date']).toBe('20150830T123600Z')
    expect(headers.authorization).toContain('/20150830/eu-west-1/kms/')
    expect(signedAt).toBe(Date.parse('2015-08-30T12:36:00.789Z'))
    expect(writer('all')('Sign', { KeyId: 'k' }).signedAt).toBeUndefined()
  })

  test('hold the hash of the body', () => {
    const { headers, body } = writer('all')('Sign', { KeyId: 'k' }, KEYS)
    expect(headers['x-amz-content-sha256']).toBe(createHash('sha256').update(body).digest('hex'))
  })

  test.each<[string, unknown]>([
    ['none', 'none'],
    ['a header that is not sent', ['accept']],
    ['a header that others change', ['user-agent']],
    ['no text', [7]],
    ['nothing', [undefined]],
    ['no list', { host: true }],
  ])('cannot be %s', async (_, option) => {
    const error = await failureOf(() => readSignedHeaders(option as SignedHeadersOption))
    expect(error).toMatchObject({ code: 'Configuration' })
    expect(error.message).toMatch(/^signedHeaders must be 'all', 'minimal' or a list of content-length, /)
  })
})
