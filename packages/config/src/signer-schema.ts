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

const ATTEMPTS = 'must be a whole number from 1 to 10'
const attempts = v.pipe(
  v.number(ATTEMPTS),
  v.integer(ATTEMPTS),
  v.minValue(1, ATTEMPTS),
  v.maxValue(10, ATTEMPTS),
)

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
    timeoutMs: v.optional(
      v.pipe(
        milliseconds,
        v.description('The deadline of a call. Milliseconds: 30000 by default, none for local keys.'),
      ),
    ),
    attemptTimeoutMs: v.optional(
      v.pipe(
        milliseconds,
        v.description('The wait for one answer. Milliseconds: 5000 by default, none for local keys.'),
      ),
    ),
    maxAttempts: v.optional(
      v.pipe(
        attempts,
        v.description(
          'How often a request that failed for a while is sent in all: 3 by default, 1 for local keys.',
        ),
      ),
    ),
  },
  'is missing',
)

/** What every entry has, read. */
export type CommonConfig = v.InferOutput<typeof signerSchema>
