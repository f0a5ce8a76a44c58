import * as v from 'valibot'

const text = v.pipe(v.string(), v.nonEmpty())

/** The provider's own part of a signer's configuration. */
export const configSchema = v.strictObject({
  region: v.optional(text),
  endpoint: v.optional(text),
  allowInsecureHttp: v.optional(v.boolean()),
  profile: v.optional(text),
  credentials: v.optional(
    v.strictObject({ accessKeyId: text, secretAccessKey: text, sessionToken: v.optional(text) }),
  ),
  useFipsEndpoint: v.optional(v.boolean()),
  useDualstackEndpoint: v.optional(v.boolean()),
  maxSockets: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
  grantTokens: v.optional(v.pipe(v.array(text), v.maxLength(10))),
})
