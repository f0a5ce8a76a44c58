import { SigningError } from '@signport/core'

/** For grants that have not reached every part of the service yet; up to ten. */
export type GrantTokens = readonly string[]

/** KMS takes no more of them (AWS KMS API, Sign). */
export const MAX_GRANT_TOKENS = 10

/** And none that is longer. In characters. */
const MAX_LENGTH = 8192

/**
 * The option `grantTokens`, as a copy that nobody can change afterwards; undefined where there are none.
 *
 * @throws SigningError `Configuration`, without the tokens
 */
export function readGrantTokens(tokens: unknown, provider: string): GrantTokens | undefined {
  if (tokens === undefined) return undefined
  if (Array.isArray(tokens) && tokens.length <= MAX_GRANT_TOKENS && tokens.every(isGrantToken))
    return tokens.length > 0 ? [...tokens] : undefined
  const message = `grantTokens must be a list of at most ${MAX_GRANT_TOKENS} strings of 1 to ${MAX_LENGTH} characters.`
  throw new SigningError('Configuration', message, { provider })
}

function isGrantToken(token: unknown): boolean {
  return typeof token === 'string' && token.length > 0 && token.length <= MAX_LENGTH
}
