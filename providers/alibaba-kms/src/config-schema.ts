import * as v from 'valibot'

const text = v.pipe(v.string(), v.nonEmpty())

/** Its messages say nothing of what came: it may be a secret in the wrong place. */
const secret = v.pipe(v.string('must be a string'), v.nonEmpty('must not be empty'))

const whole = v.pipe(v.number(), v.integer(), v.minValue(1))

const openapi = v.strictObject({
  transport: v.literal('openapi'),
  region: v.optional(text),
  network: v.optional(v.picklist(['public', 'vpc'])),
  endpoint: v.optional(text),
  allowInsecureHttp: v.optional(v.boolean()),
  keyVersion: v.optional(text),
  credentials: v.optional(
    v.strictObject({ accessKeyId: secret, accessKeySecret: secret, securityToken: v.optional(secret) }),
  ),
})

const instance = v.strictObject({
  transport: v.literal('instance'),
  endpoint: text,
  clientKeyFile: text,
  passwordFile: v.optional(text),
  passwordEnv: v.optional(text),
  caFile: v.optional(text),
  keyVersion: v.optional(text),
  maxBodyBytes: v.optional(whole),
  maxConnections: v.optional(whole),
})

/** The provider's own part of a signer's configuration. */
export const configSchema = v.variant('transport', [openapi, instance])
