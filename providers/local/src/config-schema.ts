import * as v from 'valibot'

// No message says what came: it may be a secret in the wrong place.

const text = v.pipe(v.string('must be text'), v.nonEmpty('must not be empty'))

/** What came is not shown: it may be what the variable should hold. */
const variable = v.pipe(
  text,
  v.check(
    (name) => name === '' || /^[A-Za-z_]\w*$/.test(name),
    'must be the name of an environment variable, and not what it holds',
  ),
)

/** Of an object: for an option that there is not, and for what is no object. */
const ofObject = ({ expected }: { expected: string | null }) =>
  expected === 'never' ? 'there is no such option' : 'must be a map'

/** The provider's own part of a signer's configuration. */
export const configSchema = v.pipe(
  v.strictObject(
    {
      generate: v.optional(v.union([v.boolean(), v.literal('always')], 'must be true, false or always')),
      allowGroupRead: v.optional(v.boolean('must be true or false')),
      passphraseEnv: v.optional(variable),
      passphraseFile: v.optional(text),
    },
    ofObject,
  ),
  v.check(
    ({ passphraseEnv, passphraseFile }) => passphraseEnv === undefined || passphraseFile === undefined,
    'has passphraseEnv and passphraseFile: leave one of them out',
  ),
)
