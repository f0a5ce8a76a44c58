import { createAppAuth } from '@octokit/auth-app'
import { signJwt } from '@signport/jose'

/** GitHub's clock may be behind ours, and then our tokens would be of the future: they say that they are this old, in seconds. */
const AGE = 60

/** GitHub takes no token that is valid for longer, in seconds. */
const LIFETIME = 10 * 60

/**
 * What @octokit/auth-app takes as `createJwt`: the tokens by which an app says to GitHub which one it is.
 *
 * @param {import('@signport/core').Signer} signer
 */
export function appJwtOf(signer) {
  if (signer.algorithm !== 'RS256')
    throw new TypeError(
      `GitHub takes tokens of RS256 alone, and the signer's algorithm is ${signer.algorithm}.`,
    )
  // The difference is what GitHub's clock is ahead of ours, in seconds: once it has refused a token for its times.
  return async function createJwt(appId, timeDifference = 0) {
    const now = () => Date.now() + timeDifference * 1000
    const iat = Math.floor(now() / 1000) - AGE
    const exp = iat + LIFETIME
    // GitHub's tokens are for nobody else, so that they have no `aud`; and it finds the key by the app, not by `kid`.
    const options = { require: ['iss', 'exp'], kid: false, now }
    const jwt = await signJwt(signer, { iss: String(appId), iat, exp }, options)
    return { jwt, expiresAt: new Date(exp * 1000).toISOString() }
  }
}

/**
 * Gets the tokens of one installation of an app, and keeps each until it expires.
 *
 * @param {import('@signport/core').Signer} signer
 */
export async function createInstallationAuth(signer, { appId, installationId }) {
  const app = createAppAuth({ appId, installationId, createJwt: appJwtOf(signer) })
  // The hook alone asks once more, by GitHub's clock. The requests of a whole Octokit have it, and those of `auth` have not.
  const factory = ({ request, ...options }) =>
    createAppAuth({ ...options, request: request.defaults({ request: { hook: app.hook } }) })
  const auth = await app({ type: 'installation', factory })
  return async () => (await auth({ type: 'installation' })).token
}
