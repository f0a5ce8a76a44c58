import { type PrivateFileRules, printable, readPrivateFile } from '@signport/core/kit'

export interface SecretFileOptions {
  /** What the file holds: a key that is missing may be made, a passphrase that is missing is a mistake. */
  readonly what: 'key' | 'passphrase'
  /** Whether the file's group may read it, as it must where a container platform mounts secrets. */
  readonly allowGroupRead?: boolean
}

const MISSING: Record<SecretFileOptions['what'], PrivateFileRules['missing']> = {
  key: { code: 'KeyNotFound', advice: 'check the path, or set generate to make one' },
  passphrase: undefined,
}

/**
 * Reads a file that holds a secret.
 *
 * @param path as it is opened
 * @param name as the caller knows it, for messages
 * @throws SigningError `KeyNotFound` for a missing key; `AccessDenied`; `Configuration` for a missing passphrase, a file
 *   of somebody else, one that others can read, and what is not a regular file of at most 64 KiB
 */
export function readSecretFile(
  path: string,
  name: string,
  { what, allowGroupRead }: SecretFileOptions,
): Promise<Buffer> {
  const label = `${what} file ${printable(name)}`
  return readPrivateFile(path, { provider: 'local', label, missing: MISSING[what], allowGroupRead })
}
