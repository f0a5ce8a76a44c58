import * as v from 'valibot'
import { SIGNED_HEADERS } from './signed-headers.js'

const text = v.pipe(v.string(), v.nonEmpty())

/** Its messages say nothing of what came: it may be a secret in the wrong place. */
const secret = v.pipe(v.string('must be a string'), v.nonEmpty('must not be empty'))

const credentials = v.lazy((input) =>
  typeof input === 'object' && input !== null && !Array.isArray(input)
    ? v.strictObject({ accessKeyId: secret, secretAccessKey: secret, sessionToken: v.optional(secret) })
    : v.literal('environment', `must be 'environment', or accessKeyId and secretAccessKey`),
)

/** The provider's own part of a signer's configuration. */
export const configSchema = v.strictObject({
  endpoint: v.optional(text),
  region: v.optional(text),
  fips: v.optional(v.boolean()),
  auth: v.optional(v.picklist(['sigv4', 'none'])),
  credentials: v.optional(credentials),
  signedHeaders: v.optional(v.union([v.picklist(['all', 'minimal']), v.array(v.picklist(SIGNED_HEADERS))])),
  algorithmNames: v.optional(v.record(text, text)),
  grantTokens: v.optional(v.array(secret)),
  caFile: v.optional(text),
  allowInsecureHttp: v.optional(v.boolean()),
  maxConnections: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
})
