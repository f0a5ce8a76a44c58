import { expect, test } from '@jest/globals'
import { isRedirection, redirected } from '../src/answer-head.js'

test.each<[number, boolean]>([
  [200, false],
  [299, false],
  [300, true],
  [307, true],
  [399, true],
  [400, false],
])('a status of %d is a redirection: %p', (status, is) => {
  expect(isRedirection({ status })).toBe(is)
})

test.each<[string, string | undefined, string]>([
  ['another host', 'https://evil.example/x?token=1', 'redirects to evil.example, which'],
  ['the same host', '/elsewhere', 'redirects to kms.example, which'],
  ['what is no address', 'https://', 'redirects somewhere, which'],
  ['what would move a cursor', 'https://e\u001b[2J.example', 'redirects somewhere, which'],
  ['nowhere', undefined, 'redirects somewhere, which'],
  ['a host that repeats what was sent', 'https://a-session-token-4711.example/', 'redirects to [removed], '],
  [
    'a host that looks like a secret',
    `https://${'token4711'.repeat(4)}.example/`,
    'redirects to [removed].example,',
  ],
])('a redirection to %s says where, and no more', (_, location, text) => {
  const headers = location === undefined ? {} : { location }
  const error = redirected({ status: 307, headers }, new URL('https://kms.example'), ['A-Session-Token-4711'])
  expect(error).toMatchObject({ code: 'Configuration', retryable: false })
  expect(error.message).toContain(text)
  for (const hidden of ['token', '4711', '\u001b']) expect(error.message).not.toContain(hidden)
})
