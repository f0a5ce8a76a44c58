import { expect, test } from '@jest/globals'
import { createRedaction } from '../src/redaction.js'
import { redirectError } from '../src/redirect.js'

const redaction = createRedaction({
  accessKeyId: /\bHOUSE[0-9]{8,}/g,
  others: [{ pattern: /[a-z0-9]{27,}/gi }],
})
const secrets = ['A-Session-Token-4711']

test.each<[string, string | undefined, string]>([
  ['another host', 'https://evil.example:8443/x?token=1', 'to evil.example:8443'],
  ['the same host', '/elsewhere', 'to kms.example'],
  ['what is no address', 'https://', 'somewhere'],
  ['what would move a cursor', 'https://e\u001b[2J.example', 'somewhere'],
  ['nothing', '', 'somewhere'],
  ['nowhere', undefined, 'somewhere'],
  ['a host that repeats a secret', 'https://a-session-token-4711.example/', 'to [removed]'],
  ['a host with a piece of one', 'https://x.session-token-4711/', 'to [removed]'],
  ['a host that looks like a secret', `https://${'q4711'.repeat(6)}.example/`, 'to [removed].example'],
])('a redirect to %s says where, and no more', (_, location, where) => {
  expect(
    redirectError({ provider: 'house', host: 'kms.example', location, secrets }, redaction),
  ).toMatchObject({
    code: 'Configuration',
    provider: 'house',
    retryable: false,
    message: `kms.example redirects ${where}, which is not followed: check the endpoint.`,
  })
})
