import * as v from 'valibot'

// No message says what came: it may be a secret in the wrong place.

const text = v.pipe(v.string('must be text'), v.nonEmpty('must not be empty'))

const flag = v.boolean('must be true or false')

const WHOLE = 'must be a whole number of at least 1'
const whole = v.pipe(v.number(WHOLE), v.integer(WHOLE), v.minValue(1, WHOLE))

const RATE = 'must be a number above 0'
const rate = v.pipe(v.number(RATE), v.gtValue(0, RATE))

const LIMITS = { maxConcurrency: v.optional(whole), maxPerSecond: v.optional(rate) }

/** Of an object: for an option that there is not, for one that is missing, and for what is no object. */
const ofObject = ({ expected, received }: { expected: string | null; received: string }) => {
  if (expected === 'never') return 'there is no such option'
  return received === 'undefined' ? 'is missing' : 'must be a map'
}

const CREDENTIALS = { accessKeyId: text, accessKeySecret: text, securityToken: v.optional(text) }

/** Not strict: the name of a member that there is not would be shown, and may be a secret too. */
const credentials = v.pipe(
  v.looseObject(CREDENTIALS, ofObject),
  v.check(
    (given) => Object.keys(given).every((name) => Object.hasOwn(CREDENTIALS, name)),
    'must have accessKeyId, accessKeySecret and, if they are temporary, securityToken: and nothing else',
  ),
)

const openapi = v.strictObject(
  {
    transport: v.literal('openapi'),
    region: v.optional(text),
    network: v.optional(v.picklist(['public', 'vpc'], 'must be public or vpc')),
    endpoint: v.optional(text),
    allowInsecureHttp: v.optional(flag),
    keyVersion: v.optional(text),
    credentials: v.optional(credentials),
    ...LIMITS,
  },
  ofObject,
)

const instance = v.strictObject(
  {
    transport: v.literal('instance'),
    endpoint: text,
    clientKeyFile: text,
    passwordFile: v.optional(text),
    passwordEnv: v.optional(text),
    allowGroupRead: v.optional(flag),
    caFile: v.optional(text),
    keyVersion: v.optional(text),
    maxBodyBytes: v.optional(whole),
    ...LIMITS,
  },
  ofObject,
)

/** The provider's own part of a signer's configuration. */
export const configSchema = v.variant('transport', [openapi, instance], 'must be openapi or instance')
