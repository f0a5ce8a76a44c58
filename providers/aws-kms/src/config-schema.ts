import { loadSecretSchema } from '@signport/trent-service/protocol'
import * as v from 'valibot'

// No message says what came: it may be a secret in the wrong place.

const { grantTokens, identity, ofObject } = await loadSecretSchema()

const text = v.pipe(v.string('must be text'), v.nonEmpty('must not be empty'))

const flag = v.boolean('must be true or false')

const WHOLE = 'must be a whole number of at least 1'
const whole = v.pipe(v.number(WHOLE), v.integer(WHOLE), v.minValue(1, WHOLE))

const RATE = 'must be a number above 0'
const rate = v.pipe(v.number(RATE), v.gtValue(0, RATE))

/** The provider's own part of a signer's configuration. */
export const configSchema = v.strictObject(
  {
    region: v.optional(text),
    endpoint: v.optional(text),
    allowInsecureHttp: v.optional(flag),
    profile: v.optional(text),
    credentials: v.optional(identity),
    useFipsEndpoint: v.optional(flag),
    useDualstackEndpoint: v.optional(flag),
    maxConcurrency: v.optional(whole),
    maxPerSecond: v.optional(rate),
    grantTokens: v.optional(grantTokens),
  },
  ofObject,
)
