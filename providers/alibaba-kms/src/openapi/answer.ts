import type { SigningError } from '@signport/core'
import { printable } from '@signport/core/kit'
import { invalidAnswer } from '../failure.js'
import { redactId } from '../redact.js'
import type { ClientAnswer } from './connection.js'

/** A member that is text; undefined when it is not there. */
export function textOf(answer: ClientAnswer, name: string): string | undefined {
  const value = answer[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** What the service calls the request, where that is not what it was told in confidence. */
export function requestIdOf(
  answer: ClientAnswer,
  secrets: readonly string[] = [],
  message?: Uint8Array,
): { readonly requestId?: string } {
  const id = textOf(answer, 'requestId')
  return id === undefined ? {} : { requestId: redactId(id, secrets, message) }
}

/** @throws SigningError `InvalidResponse`: the client takes a redirect, or any JSON, for an answer without members */
export function requiredText(answer: ClientAnswer, name: string, keyId: string): string {
  const value = textOf(answer, name)
  if (value === undefined) throw invalidMember(answer, name, keyId)
  return value
}

/**
 * A member that is bytes in base64, read strictly (RFC 4648 section 4).
 *
 * @throws SigningError `InvalidResponse`
 */
export function requiredBytes(answer: ClientAnswer, name: string, keyId: string): Uint8Array {
  const text = requiredText(answer, name, keyId)
  const bytes = Buffer.from(text, 'base64')
  if (bytes.toString('base64') !== text) throw invalidMember(answer, name, keyId)
  return new Uint8Array(bytes)
}

/** A member that is an object with members of its own; without any when it is not there. */
export function objectOf(answer: ClientAnswer, name: string): ClientAnswer {
  const value = answer[name]
  return typeof value === 'object' && value !== null ? (value as ClientAnswer) : {}
}

/** The error for a member that is missing, or no value of its kind. */
export function invalidMember(answer: ClientAnswer, name: string, keyId: string): SigningError {
  return invalidAnswer(
    `The service answered for the key ${printable(keyId)} without an error, but its ${name} is missing or damaged: check the endpoint.`,
    { keyId, ...requestIdOf(answer) },
  )
}
