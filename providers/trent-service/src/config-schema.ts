import * as v from 'valibot'
import { grantTokens, identity } from './protocol/secret-schema.js'
import { SIGNED_HEADERS } from './signed-headers.js'

const text = v.pipe(v.string(), v.nonEmpty())

const credentials = v.lazy((input) =>
  typeof input === 'object' && input !== null && !Array.isArray(input)
    ? identity
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
  grantTokens: v.optional(grantTokens),
  caFile: v.optional(text),
  allowInsecureHttp: v.optional(v.boolean()),
  maxConnections: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
})
