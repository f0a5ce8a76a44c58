import { SigningError } from '@signport/core'
import { printable } from '@signport/core/kit'

/** The error for a key that is there and cannot be used; `why` goes on after its name. */
export function unusable(keyId: string, why: string): SigningError {
  return new SigningError('Configuration', `The key ${printable(keyId)} ${why}.`, {
    provider: 'local',
    keyId,
  })
}

export function malformed(keyId: string): SigningError {
  return unusable(keyId, 'is malformed: its PEM cannot be decoded to a private key')
}

export function mismatched(keyId: string): SigningError {
  return unusable(keyId, 'is damaged: its private and its public half do not belong together')
}
