import {
  type CallOptions,
  type KeyHolder,
  type Signer,
  SigningError,
  type SigningErrorCode,
} from '@signport/core'

/** What tokens and key sets call a key: as it is configured, or else its RFC 7638 thumbprint. */
export async function kidOf(
  holder: Pick<KeyHolder, 'kid' | 'publicKey'>,
  options?: CallOptions,
): Promise<string> {
  return holder.kid ?? (await holder.publicKey(options)).thumbprint
}

/** Signed where a key is yet to be made, and thrown away. */
const FIRST_MESSAGE = new TextEncoder().encode('The first signature of a key, which is used for nothing.')

/** These end the call, whatever it was doing: they say nothing about the key. */
const ENDS: readonly SigningErrorCode[] = ['Aborted', 'Timeout', 'Closed']

/**
 * The same for a key that is about to sign. A provider that makes keys makes them for a signature and not for reading: so
 * one that is not there is asked to sign before that is taken for the truth. A service, which makes none, answers once more
 * that it has no such key; should it have come to be there just now, one signature of a constant sentence reaches nobody.
 */
export async function kidForSigning(signer: Signer, options: CallOptions): Promise<string> {
  try {
    return await kidOf(signer, options)
  } catch (error) {
    if (!SigningError.is(error, 'KeyNotFound')) throw error
    const isThere = await signer.sign(FIRST_MESSAGE, options).catch(failureToSign)
    if (!isThere) throw error
    return kidOf(signer, options)
  }
}

function failureToSign(error: unknown): undefined {
  if (SigningError.is(error) && ENDS.includes(error.code)) throw error
}
