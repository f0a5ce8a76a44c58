import { loadSecretSchema } from '@signport/trent-service/protocol'
import * as v from 'valibot'

const { grantTokens, identity } = await loadSecretSchema()

const text = v.pipe(v.string(), v.nonEmpty())

/** The provider's own part of a signer's configuration. */
export const configSchema = v.strictObject({
  region: v.optional(text),
  endpoint: v.optional(text),
  allowInsecureHttp: v.optional(v.boolean()),
  profile: v.optional(text),
  credentials: v.optional(identity),
  useFipsEndpoint: v.optional(v.boolean()),
  useDualstackEndpoint: v.optional(v.boolean()),
  maxSockets: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
  grantTokens: v.optional(grantTokens),
})
