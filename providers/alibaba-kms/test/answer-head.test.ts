import { expect, test } from '@jest/globals'
import { isRedirection, redirected, retryAfterOf } from '../src/answer-head.js'

const DATE = 'Sun, 22 Nov 2026 12:00:00 GMT'

test.each<[string, string | undefined, string | undefined, number | undefined]>([
  ['seconds', '7', undefined, 7000],
  ['no seconds', '0', DATE, 0],
  ['a date, by the clock of whoever answers', 'Sun, 22 Nov 2026 12:00:30 GMT', DATE, 30_000],
  ['a date that is over', 'Mon, 27 Sep 2021 11:47:26 GMT', DATE, 0],
  ['a date where nobody says what time it is', 'Mon, 27 Sep 2021 11:47:26 GMT', undefined, 0],
  ['nothing', undefined, DATE, undefined],
  ['half a second', '0.5', DATE, undefined],
  ['less than nothing', '-1', DATE, undefined],
  ['more seconds than a number should have', '1'.repeat(10), DATE, undefined],
  ['words', 'soon', DATE, undefined],
])('when to come again: %s', (_, given, date, ms) => {
  const headers = { ...(given !== undefined && { 'retry-after': given }), ...(date && { date }) }
  expect(retryAfterOf(headers)).toBe(ms)
})

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
  [
    'a host that repeats a secret',
    `https://${'token4711'.repeat(4)}.example/`,
    'redirects to [removed].example,',
  ],
])('a redirection to %s says where, and no more', (_, location, text) => {
  const headers = location === undefined ? {} : { location }
  const error = redirected({ status: 307, headers }, new URL('https://kms.example'))
  expect(error).toMatchObject({ code: 'Configuration', retryable: false })
  expect(error.message).toContain(text)
  for (const hidden of ['token', '\u001b']) expect(error.message).not.toContain(hidden)
})
