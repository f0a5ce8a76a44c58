import { oneOf } from '@signport/core/kit'
import * as v from 'valibot'

// No message says what came: who reads a configuration adds it where it cannot be a secret.

const text = v.pipe(v.string('must be text'), v.nonEmpty('must not be empty'))
const anyText = v.string('must be text')
const flag = v.boolean('must be true or false')
const choice = <const Names extends readonly [string, ...string[]]>(...names: Names) =>
  v.picklist(names, `must be ${oneOf(names)}`)

const WHOLE = 'must be a whole number of milliseconds'
const milliseconds = v.pipe(v.number(WHOLE), v.integer(WHOLE), v.minValue(1, WHOLE))

/** What every entry of a configuration has, whatever its provider; all else is the provider's. */
export const signerSchema = v.object(
  {
    provider: text,
    key: text,
    algorithm: v.optional(text),
    kid: v.optional(text),
    encoding: v.optional(choice('der', 'ieee-p1363')),
    messageType: v.optional(choice('auto', 'raw', 'digest')),
    inputs: v.optional(choice('message', 'digest', 'both')),
    check: v.optional(choice('always', 'first', 'never')),
    saltLength: v.optional(choice('digest', 'any')),
    lowS: v.optional(flag),
    userId: v.optional(anyText),
    context: v.optional(anyText),
    thumbprint: v.optional(text),
    publicKey: v.optional(text),
    timeoutMs: v.optional(milliseconds),
    attemptTimeoutMs: v.optional(milliseconds),
  },
  'is missing',
)

/** What every entry has, read. */
export type CommonConfig = v.InferOutput<typeof signerSchema>
