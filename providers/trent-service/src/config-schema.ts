import { oneOf } from '@signport/core/kit'
import * as v from 'valibot'
import { grantTokens, identity, ofObject } from './protocol/secret-schema.js'
import { SIGNED_HEADERS } from './signed-headers.js'

// No message says what came: it may be a secret in the wrong place.

const text = v.pipe(v.string('must be text'), v.nonEmpty('must not be empty'))

const flag = v.boolean('must be true or false')

const WHOLE = 'must be a whole number of at least 1'
const whole = v.pipe(v.number(WHOLE), v.integer(WHOLE), v.minValue(1, WHOLE))

const RATE = 'must be a number above 0'
const rate = v.pipe(v.number(RATE), v.gtValue(0, RATE))

const credentials = v.lazy((input) =>
  typeof input === 'object' && input !== null && !Array.isArray(input)
    ? identity
    : v.literal('environment', `must be 'environment', or accessKeyId and secretAccessKey`),
)

const signedHeaders = v.union(
  [v.picklist(['all', 'minimal']), v.array(v.picklist(SIGNED_HEADERS))],
  `must be all, minimal or a list of ${oneOf(SIGNED_HEADERS)}`,
)

/** The provider's own part of a signer's configuration. */
export const configSchema = v.strictObject(
  {
    endpoint: v.optional(text),
    region: v.optional(text),
    fips: v.optional(flag),
    auth: v.optional(v.picklist(['sigv4', 'none'], 'must be sigv4 or none')),
    credentials: v.optional(credentials),
    signedHeaders: v.optional(signedHeaders),
    algorithmNames: v.optional(
      v.record(text, text, 'must be a map of algorithms and what the server calls them'),
    ),
    grantTokens: v.optional(grantTokens),
    caFile: v.optional(text),
    allowInsecureHttp: v.optional(flag),
    maxConcurrency: v.optional(whole),
    maxPerSecond: v.optional(rate),
  },
  ofObject,
)
