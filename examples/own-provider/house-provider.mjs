import { SigningError } from '@signport/core'

/** What the service says by its status. */
const CODES = {
  401: 'Unauthenticated',
  403: 'AccessDenied',
  404: 'KeyNotFound',
  409: 'KeyDisabled',
  429: 'Throttled',
}

/** How it takes each algorithm: a hash where it can, and else the message, of which it takes 64 KiB. */
const SUPPORT = new Map([
  ['RS256', { wireName: 'rsa-pkcs1-sha256', inputs: ['digest'], raw: { minBytes: 0, maxBytes: 0 } }],
  ['ES256', { wireName: 'ecdsa-p256-sha256', inputs: ['raw'], raw: { minBytes: 0, maxBytes: 65_536 } }],
])

/**
 * Keys in the signing service of this house.
 *
 * @param {{ url: string, token: string }} options
 * @returns {import('@signport/core').SigningProvider}
 */
export function createHouseProvider({ url, token }) {
  if (!token) fail('Configuration', 'needs a token: HOUSE_TOKEN')
  const keys = `${url.replace(/\/$/, '')}/keys`
  async function ask(keyId, what, { signal }, body) {
    const request = { method: body ? 'POST' : 'GET', headers: { authorization: `Bearer ${token}` }, signal }
    if (body) request.body = JSON.stringify(body)
    const response = await fetch(`${keys}/${encodeURIComponent(keyId)}/${what}`, request).catch(() =>
      fail('Unavailable', 'could not be reached'),
    )
    if (!response.ok) fail(CODES[response.status] ?? 'Internal', `answered ${response.status}`)
    return response.json().catch(() => fail('InvalidResponse', 'did not answer with JSON'))
  }
  return {
    name: 'house',
    support: ({ name }) => SUPPORT.get(name),
    async sign({ keyId, wireName, input }, context) {
      const content = Buffer.from(input.digest ?? input.message).toString('base64')
      const answer = await ask(keyId, 'sign', context, { algorithm: wireName, content })
      return { bytes: Buffer.from(textOf(answer, 'signature'), 'base64'), keyId: textOf(answer, 'key') }
    },
    async getPublicKey({ keyId }, context) {
      const answer = await ask(keyId, 'public', context)
      return { publicKey: textOf(answer, 'pem'), keyId: textOf(answer, 'key') }
    },
  }
}

const textOf = (answer, name) =>
  typeof answer?.[name] === 'string' ? answer[name] : fail('InvalidResponse', `did not answer with a ${name}`)

function fail(code, what) {
  const retryable = ['Throttled', 'Unavailable', 'Internal'].includes(code)
  throw new SigningError(code, `The signing service ${what}.`, { provider: 'house', retryable })
}

/** Said to `loadSigners`, it lets a configuration name the provider. */
export const provider = {
  name: 'house',
  uriSchemes: ['house'],
  // Any library that speaks Standard Schema may stand here.
  configSchema: async () => ({ '~standard': { version: 1, vendor: 'house', validate } }),
  create: ({ url }) => createHouseProvider({ url, token: process.env.HOUSE_TOKEN }),
}

/** The token goes with every request: over TLS, or not over any network. */
const SAFE = /^https:|^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/

function validate(value) {
  const wrong = Object.keys(value).filter((name) => name !== 'url')
  if (wrong.length > 0)
    return { issues: wrong.map((name) => ({ message: 'there is no such option', path: [name] })) }
  if (URL.canParse(value.url) && SAFE.test(new URL(value.url).origin)) return { value }
  return { issues: [{ message: 'must be a URL with https:, or http: on this machine', path: ['url'] }] }
}
