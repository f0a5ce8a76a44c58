import * as v from 'valibot'
import { MAX_GRANT_TOKENS } from './grant-tokens.js'

/*
 * The parts of a configuration that hold secrets. None of their messages says what came: it may be a secret in the
 * wrong place.
 */

const secret = v.pipe(v.string('must be text'), v.nonEmpty('must not be empty'))

/** The message of an object: for an option that there is not, for one that is missing, and for what is no object. */
export const ofObject = ({ expected, received }: { expected: string | null; received: string }) => {
  if (expected === 'never') return 'there is no such option'
  return received === 'undefined' ? 'is missing' : 'must be a map with accessKeyId and secretAccessKey'
}

/** Credentials in a configuration. */
export const identity = v.strictObject(
  { accessKeyId: secret, secretAccessKey: secret, sessionToken: v.optional(secret) },
  ofObject,
)

/** Grant tokens in a configuration. */
export const grantTokens = v.pipe(
  v.array(secret, 'must be a list of texts'),
  v.maxLength(MAX_GRANT_TOKENS, `must have at most ${MAX_GRANT_TOKENS} entries`),
)
