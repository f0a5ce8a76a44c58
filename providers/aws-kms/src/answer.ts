import { SigningError } from '@signport/core'
import { printable } from '@signport/core/kit'
import type { AnswerContext } from '@signport/trent-service/protocol'

/**
 * A member that should be text. The SDK hands on what a service has there, of whatever type.
 *
 * @throws SigningError `InvalidResponse`
 */
export function textMember(name: string, value: unknown, context: AnswerContext): string | undefined {
  if (value === undefined || value === null || typeof value === 'string') return value ?? undefined
  const { provider, keyId } = context
  const message = `${provider} answered for the key ${printable(keyId)} with something else than text for ${name}.`
  throw new SigningError('InvalidResponse', message, { provider, keyId })
}

/** A member that should be bytes; undefined for anything else. */
export function bytesMember(value: unknown): Uint8Array | undefined {
  return value instanceof Uint8Array ? value : undefined
}
