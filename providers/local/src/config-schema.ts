import * as v from 'valibot'

const name = v.pipe(v.string(), v.nonEmpty())

/** The provider's own part of a signer's configuration. */
export const configSchema = v.pipe(
  v.strictObject({
    generate: v.optional(v.union([v.boolean(), v.literal('always')])),
    allowGroupRead: v.optional(v.boolean()),
    passphraseEnv: v.optional(name),
    passphraseFile: v.optional(name),
  }),
  v.check(
    ({ passphraseEnv, passphraseFile }) => passphraseEnv === undefined || passphraseFile === undefined,
    'Give passphraseEnv or passphraseFile, not both.',
  ),
)
