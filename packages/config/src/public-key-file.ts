import { resolve } from 'node:path'
import { PublicKey, SigningError } from '@signport/core'
import { printable } from '@signport/core/kit'
import { readSmallFile, UnreadableFile } from './small-file.js'
import { isPem } from './trial.js'

/**
 * A public key that a configuration names: the path of a file with PEM, DER or a JWK, or PEM itself.
 *
 * @throws SigningError `KeyNotFound` for a file that cannot be read, `InvalidArgument` for what is no public key
 */
export async function readPublicKeyFile(given: string, baseFolder = '.'): Promise<PublicKey> {
  if (isPem(given)) return PublicKey.from(given)
  const shown = printable(given)
  try {
    return PublicKey.from(await readSmallFile(resolve(baseFolder, given)))
  } catch (error) {
    if (error instanceof UnreadableFile)
      throw new SigningError('KeyNotFound', `The public key ${shown}: ${error.message}.`)
    if (!SigningError.is(error)) throw error
    throw new SigningError(
      error.code,
      `The file ${shown} holds no public key that can be used. ${error.message}`,
    )
  }
}

/** @throws SigningError `KeyMismatch` for another key than the one that a thumbprint pins */
export function assertPinned(key: PublicKey, thumbprint: string | undefined, keyName: string): void {
  if (thumbprint === undefined || thumbprint === key.thumbprint || thumbprint === key.fingerprint) return
  const message = `The key ${printable(keyName)} is not the pinned one: its thumbprint is ${key.thumbprint}, not ${printable(thumbprint)}.`
  throw new SigningError('KeyMismatch', message)
}
