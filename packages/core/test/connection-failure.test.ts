import { describe, expect, test } from '@jest/globals'
import { type ConnectionFailure, isTlsFailure, readConnectionFailure } from '../src/connection-failure.js'

test.each<[string, ConnectionFailure['kind'], string]>([
  ['ECONNREFUSED', 'unanswered', 'ECONNREFUSED (nothing listens there)'],
  ['ENOTFOUND', 'unanswered', 'ENOTFOUND (its name is not known)'],
  ['ERR_SOCKET_CONNECTION_TIMEOUT', 'unanswered', 'ERR_SOCKET_CONNECTION_TIMEOUT'],
  ['ERR_STREAM_PREMATURE_CLOSE', 'unanswered', 'ERR_STREAM_PREMATURE_CLOSE'],
  ['constructor', 'unanswered', 'constructor'],
  ['HPE_INVALID_CONSTANT', 'unreadable', 'HPE_INVALID_CONSTANT'],
  ['Z_DATA_ERROR', 'unreadable', 'Z_DATA_ERROR'],
  ['ERR_STRING_TOO_LONG', 'unreadable', 'ERR_STRING_TOO_LONG'],
  ['CERT_HAS_EXPIRED', 'untrusted', 'CERT_HAS_EXPIRED (its certificate has expired)'],
  [
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'untrusted',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE (its certificate is of an authority that is not known here)',
  ],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'untrusted', 'ERR_SSL_WRONG_VERSION_NUMBER'],
  ['\u001b[2J', 'unanswered', '\\u{1b}[2J'],
])('%j is %s', (code, kind, what) => {
  expect(readConnectionFailure(code)).toEqual({ kind, what })
})

test('without a code the connection just ended', () => {
  expect(readConnectionFailure(undefined)).toEqual({ kind: 'unanswered', what: 'the connection ended early' })
})

test('a meaning that is known better takes the place of the usual one', () => {
  const own = new Map([['ENOTFOUND', 'it is only known at home']])
  expect(readConnectionFailure('ENOTFOUND', own).what).toBe('ENOTFOUND (it is only known at home)')
  expect(readConnectionFailure('EPIPE', own).what).toBe('EPIPE (it closed the connection)')
})

describe('a failure of TLS', () => {
  // Of OpenSSL's X509_V_ERR_… codes, as Node names them, and of Node's own.
  test.each([
    'CERT_NOT_YET_VALID',
    'CERT_SIGNATURE_FAILURE',
    'CERT_UNTRUSTED',
    'CRL_HAS_EXPIRED',
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'EPROTO',
    'ERROR_IN_CERT_NOT_AFTER_FIELD',
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION',
    'HOSTNAME_MISMATCH',
    'INVALID_CA',
    'INVALID_PURPOSE',
    'PATH_LENGTH_EXCEEDED',
    'SELF_SIGNED_CERT_IN_CHAIN',
    'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  ])('%s', (code) => {
    expect(isTlsFailure(code)).toBe(true)
  })

  test.each(['ECONNRESET', 'EPIPE', 'HPE_INVALID_HEADER_TOKEN', 'ERR_STREAM_DESTROYED', '', 'A_CERT_'])(
    'is not %j',
    (code) => {
      expect(isTlsFailure(code)).toBe(false)
    },
  )
})
