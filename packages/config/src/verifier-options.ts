/** The provider that is none: its entries verify with a public key from a file. */
export const PUBLIC_KEY = 'public-key'

/** What an entry that only verifies may have, besides provider, key and algorithm. */
export const OF_VERIFIERS: readonly string[] = [
  'kid',
  'encoding',
  'saltLength',
  'lowS',
  'userId',
  'context',
  'thumbprint',
]
