import type { FaultSubject } from '../../faults/fault-subject.js'
import { ifValid } from '../call.js'
import type { PlaneContext } from '../context.js'
import { TrentFailure } from './failure.js'
import { aliasOfRequest, namesOfKey } from './find-key.js'
import { publishedBy } from './operations/keys.js'
import { signingOf } from './operations/sign.js'

/** The members of a request to sign that say what is asked. */
const ASKED = ['KeyId', 'SigningAlgorithm', 'MessageType', 'Message']

/** A call as faults look at it. */
export function faultSubject(
  operation: string,
  input: Readonly<Record<string, unknown>>,
  context: PlaneContext,
): FaultSubject {
  const [keyId, ...others] = ASKED.map((name) => {
    const value = input[name]
    return typeof value === 'string' ? value : ''
  }) as [string, ...string[]]
  const valid = <T>(name: string, read: () => T) =>
    operation === name ? ifValid(read, TrentFailure) : undefined
  return {
    plane: 'trent',
    operation,
    asked: [keyId, ...others],
    keyNames: () => (keyId === '' ? [] : namesOfKey(keyId, context)),
    alias: () => aliasOfRequest(keyId, context),
    signing: () => valid('Sign', () => signingOf(input, context)),
    publishes: () => valid('GetPublicKey', () => publishedBy(input, context)) !== undefined,
  }
}
