import * as v from 'valibot'
import { MAX_GRANT_TOKENS } from './grant-tokens.js'

/*
 * The parts of a configuration that hold secrets. None of their messages says what came: it may be a secret in the
 * wrong place.
 */

const secret = v.pipe(v.string('must be a string'), v.nonEmpty('must not be empty'))

/** Credentials in a configuration. */
export const identity = v.strictObject(
  { accessKeyId: secret, secretAccessKey: secret, sessionToken: v.optional(secret) },
  ({ expected }) => {
    if (expected === 'Object') return 'must be an object with accessKeyId and secretAccessKey'
    return expected === 'never' ? 'is not an option' : 'is missing'
  },
)

/** Grant tokens in a configuration. */
export const grantTokens = v.pipe(
  v.array(secret, 'must be a list of strings'),
  v.maxLength(MAX_GRANT_TOKENS, `must have at most ${MAX_GRANT_TOKENS} entries`),
)
