import { inspect } from 'node:util'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { SigningError, type SigningErrorCode } from '../src/index.js'

/** Every code, and whether the same call may succeed later: section 6 of the design. */
const CODES: Record<SigningErrorCode, boolean> = {
  InvalidArgument: false,
  UnknownAlgorithm: false,
  UnsupportedAlgorithm: false,
  MessageTooLarge: false,
  DigestLengthMismatch: false,
  KeyNotFound: false,
  KeyDisabled: false,
  InvalidKeyState: false,
  InvalidKeyUsage: false,
  KeyUnavailable: true,
  KeyMismatch: false,
  AccessDenied: false,
  Unauthenticated: false,
  Throttled: true,
  Timeout: true,
  Aborted: false,
  Unavailable: true,
  Internal: true,
  InvalidResponse: false,
  SignatureCheckFailed: false,
  Configuration: false,
  Closed: false,
}
const table = Object.entries(CODES) as [SigningErrorCode, boolean][]

const DETAILS = {
  provider: 'aws-kms',
  providerCode: 'ThrottlingException',
  requestId: '3e8c1e2b',
  keyId: 'alias/invoices',
  retryAfterMs: 250,
}

describe('codes', () => {
  test.each(table)('%s has retryable %s by default', (code, retryable) => {
    const error = new SigningError(code, 'what happened')
    expect(error).toMatchObject({ code, retryable, message: 'what happened' })
    expect(error.name).toBe(code === 'Aborted' ? 'AbortError' : 'SigningError')
  })

  test.each(table)('%s can say otherwise', (code, byDefault) => {
    expect(new SigningError(code, 'text', { retryable: !byDefault }).retryable).toBe(!byDefault)
  })
})

describe('details', () => {
  test('are there as they were given', () => {
    const cause = new Error('why')
    const error = new SigningError('Throttled', 'slow down', { ...DETAILS, cause })
    expect(error).toMatchObject(DETAILS)
    expect(error.cause).toBe(cause)
  })

  test('are not there when they are not known', () => {
    const error = new SigningError('Internal', 'text', { provider: undefined as never, requestId: 'r' })
    expect(Object.keys(error).sort()).toEqual(['code', 'name', 'requestId', 'retryable'])
    expect('cause' in error).toBe(false)
  })
})

describe('SigningError.is', () => {
  const error = new SigningError('Timeout', 'late')

  test('knows its own, by code if one is given', () => {
    expect(SigningError.is(error)).toBe(true)
    expect(SigningError.is(error, 'Timeout')).toBe(true)
    expect(SigningError.is(error, 'Aborted')).toBe(false)
  })

  test('knows the errors of another copy of this package', () => {
    // The brand is in the global registry of symbols, where every copy finds it.
    const foreign = Object.assign(new Error('late'), { code: 'Timeout' })
    Object.defineProperty(foreign, Symbol.for('signport.SigningError'), { value: true })
    expect(foreign).not.toBeInstanceOf(SigningError)
    expect(SigningError.is(foreign, 'Timeout')).toBe(true)
  })

  test.each([
    ['an error', new Error('x')],
    ['an error with a code', Object.assign(new Error('x'), { code: 'Timeout' })],
    ['an object without a prototype', Object.create(null)],
    ['a string', 'Timeout'],
    ['null', null],
    ['undefined', undefined],
    ['a function', SigningError],
  ])('does not take %s for one', (_, value) => {
    expect(SigningError.is(value)).toBe(false)
  })
})

describe('what a person sees', () => {
  const nasty = 'a\u001b[31mred\u202etxt.exe\u0000\u2066\r\n\u200b\ud800end'
  const harmless = 'a\\u{1b}[31mred\\u{202e}txt.exe\\u{0}\\u{2066}\\u{d}\\u{a}\\u{200b}\\u{d800}end'
  const error = new SigningError('Internal', nasty, {
    provider: nasty,
    providerCode: nasty,
    requestId: nasty,
    keyId: nasty,
  })

  test('control, bidirectional and invisible characters are escaped everywhere', () => {
    expect(error.message).toBe(harmless)
    expect(error).toMatchObject({
      provider: harmless,
      providerCode: harmless,
      requestId: harmless,
      keyId: harmless,
    })
  })

  test.each([
    ['inspect', inspect(error)],
    ['the stack', error.stack ?? ''],
    ['JSON', JSON.stringify(error)],
    ['String', String(error)],
  ])('%s holds none of them', (_, text) => {
    // Line ends are the printer's own.
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u)
    expect(text).toContain('SigningError')
  })

  test('inspect shows what is known, and nothing else', () => {
    const text = inspect(new SigningError('KeyNotFound', 'There is no such key.', { keyId: 'alias/x' }))
    expect(text).toMatch(/^SigningError: There is no such key\.\n/)
    expect(text).toMatch(/\{\s*code: 'KeyNotFound',\s*retryable: false,\s*keyId: 'alias\/x'\s*\}$/)
  })

  test('JSON holds the code and the details', () => {
    const json = JSON.parse(JSON.stringify(new SigningError('Throttled', 'text', DETAILS)))
    expect(json).toEqual({ name: 'SigningError', code: 'Throttled', retryable: true, ...DETAILS })
  })

  test('no text is endless, and what is cut says so', () => {
    const { message, providerCode } = new SigningError('Internal', 'x'.repeat(1e6), {
      providerCode: 'y'.repeat(1e6),
    })
    expect(message).toHaveLength(2_001)
    expect(message.endsWith('x…')).toBe(true)
    expect(providerCode?.length).toBe(2_001)
  })

  test('whatever the text, the message can be printed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(new SigningError('Internal', text).message).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u)
      }),
    )
  })
})
