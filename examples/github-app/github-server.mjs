import { createServer } from 'node:http'
import jsonwebtoken from 'jsonwebtoken'

/** How far in the future a token's end may be, in seconds. */
const MAX_LIFETIME = 600

/**
 * As much of GitHub as an app needs to get a token of an installation. It has the public keys of apps, by their ids, and
 * refuses tokens in the words of GitHub, which Octokit knows.
 *
 * @param {ReadonlyMap<string, string>} publicKeys as PEM
 * @param {() => number} now the time at GitHub, in milliseconds since 1970
 */
export function createGithubServer(publicKeys, now) {
  const state = { issued: 0, refused: [] }
  const server = createServer((request, response) => {
    const [status, body] = answerTo(request)
    const headers = { 'content-type': 'application/json', date: new Date(now()).toUTCString() }
    response.writeHead(status, headers).end(JSON.stringify(body))
  })

  function answerTo({ method, url, headers }) {
    const [, id] = /^\/app\/installations\/(\d+)\/access_tokens$/.exec(url) ?? []
    if (method !== 'POST' || !id) return [404, { message: 'Not Found' }]
    const message = mistakeOf(headers.authorization?.replace(/^bearer /i, '') ?? '')
    if (message) {
      state.refused.push(message)
      return [401, { message }]
    }
    state.issued += 1
    const expires = new Date(now() + 3_600_000).toISOString()
    return [
      201,
      { token: `ghs_${id}_${state.issued}`, expires_at: expires, permissions: { contents: 'read' } },
    ]
  }

  function mistakeOf(token) {
    try {
      const key = publicKeys.get(jsonwebtoken.decode(token)?.iss) ?? ''
      // The times have words of their own.
      const options = { algorithms: ['RS256'], ignoreExpiration: true }
      return mistakeInTimes(jsonwebtoken.verify(token, key, options), now() / 1000)
    } catch {
      return 'A JSON web token could not be decoded'
    }
  }

  return { server, state }
}

function mistakeInTimes({ iat, exp }, now) {
  if (!Number.isInteger(iat) || iat > now)
    return "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued"
  if (!Number.isInteger(exp) || exp <= now)
    return "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires"
  if (exp > now + MAX_LIFETIME) return "'Expiration time' claim ('exp') is too far in the future"
  return undefined
}
