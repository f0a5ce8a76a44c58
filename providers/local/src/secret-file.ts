import { type PrivateFileRules, printable, readPrivateFile } from '@signport/core/kit'

/** A key that is missing may be made, a passphrase that is missing is a mistake. */
export type SecretFileOptions = Pick<PrivateFileRules, 'allowGroupRead'> &
  ({ readonly what: 'key'; readonly advice: string } | { readonly what: 'passphrase' })

/**
 * Reads a file that holds a secret.
 *
 * @param path as it is opened
 * @param name as the caller knows it, for messages
 * @param options `advice` is what to do where a key is missing
 * @throws SigningError `KeyNotFound` for a missing key; `AccessDenied`; `Configuration` for a missing passphrase, a file
 *   of somebody else, one that others can read, and what is not a regular file of at most 64 KiB
 */
export function readSecretFile(path: string, name: string, options: SecretFileOptions): Promise<Buffer> {
  const { what, allowGroupRead } = options
  const label = `${what} file ${printable(name)}`
  const missing = what === 'key' ? ({ code: 'KeyNotFound', advice: options.advice } as const) : undefined
  return readPrivateFile(path, { provider: 'local', label, missing, allowGroupRead })
}
