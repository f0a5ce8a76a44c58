import { SigningError } from '@signport/core'
import { IDENTIFIER, printable } from '@signport/core/kit'
import { PROVIDER } from './failure.js'
import { holdsSecret, redactId } from './redact.js'

/** The id of a key: a UUID, or `key-` and more. */
const KEY_ID = /^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/

/** An alias; which characters its name may have is the service's to say. */
const ALIAS = /^alias\/[\x21-\x7e]{1,255}$/

const FORMS = `a key's id, such as key-hzz62f1cb66fa42qo5l1x or a UUID, or alias/NAME`

/**
 * Checks a key id before anything is sent.
 *
 * @throws SigningError `InvalidArgument` for what the service has no key by
 */
export function assertKeyId(keyId: string): void {
  if (KEY_ID.test(keyId) || ALIAS.test(keyId)) return
  const message = /^a(?:cs|rn):/i.test(keyId)
    ? `keyId must be ${FORMS}; '${printable(keyId)}' is a name for policies, which the API does not take: leave out all before the last part (key/ID gives ID).`
    : `keyId must be ${FORMS}, not '${printable(keyId)}'.`
  throw new SigningError('InvalidArgument', message, { provider: PROVIDER, keyId })
}

/** Whether a key id may stand for another key tomorrow. */
export const isAlias = (keyId: string) => keyId.startsWith('alias/')

/** The ids that the service gives to keys and versions. Longer ones are made alike and may hold anything. */
const OF_THE_SERVICE =
  /^(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|key-[0-9a-z]{1,24}(?:-[0-9a-z]{1,16})?)$/

/**
 * Whether what a service calls a key or a version may be handed on: it is made as names are, and is nothing that the service
 * was told in confidence. What was asked for, and the ids of the service, are searched for nothing: a message may be one.
 */
export const isName = (name: string, asked: string, secrets: () => readonly string[]): boolean =>
  name === asked || OF_THE_SERVICE.test(name) || (IDENTIFIER.test(name) && !holdsSecret(name, secrets()))

/** What was asked for and what answered: a key, and its version where one was named. */
export interface AskedAndAnswered {
  readonly keyId: string
  readonly keyVersion?: string | undefined
  readonly answer: { readonly keyId?: string | undefined; readonly keyVersion?: string | undefined }
  /** What must not be in the error although the service may have said it in place of a key; asked for only then. */
  readonly secrets?: () => readonly string[]
}

/**
 * Compares the key and the version that answered with those that were asked for. An alias may stand for any key.
 *
 * @throws SigningError `KeyMismatch`
 */
export function assertSameKey({ keyId, keyVersion, answer, secrets = () => [] }: AskedAndAnswered): void {
  const assertSame = (what: string, asked: string, answered: string | undefined) => {
    if (answered === undefined || answered.toLowerCase() === asked.toLowerCase()) return
    const message = `${PROVIDER} answered for the ${what} ${redactId(answered, secrets())} when it was asked for ${printable(asked)}.`
    throw new SigningError('KeyMismatch', message, { provider: PROVIDER, keyId })
  }
  if (!isAlias(keyId)) assertSame('key', keyId, answer.keyId)
  if (keyVersion !== undefined) assertSame('key version', keyVersion, answer.keyVersion)
}
