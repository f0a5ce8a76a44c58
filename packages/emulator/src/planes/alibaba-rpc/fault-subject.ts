import type { FaultSubject } from '../../faults/fault-subject.js'
import { AlibabaFailure } from '../alibaba/failure.js'
import { aliasOfRequest, namesOfKey } from '../alibaba/find-key.js'
import { ifValid } from '../call.js'
import type { PlaneContext } from '../context.js'
import { publishedBy } from './operations/keys.js'
import { signingOf } from './operations/signatures.js'
import { optional } from './parameter.js'
import type { Parameters } from './parameters.js'

/** A call as faults look at it. */
export function faultSubject(operation: string, parameters: Parameters, context: PlaneContext): FaultSubject {
  const [keyId, algorithm, digest] = ['KeyId', 'Algorithm', 'Digest'].map(
    (name) => optional(parameters, name) ?? '',
  ) as [string, string, string]
  const valid = <T>(name: string, read: () => T) =>
    operation === name ? ifValid(read, AlibabaFailure) : undefined
  return {
    plane: 'openapi',
    operation,
    asked: [keyId, algorithm, 'DIGEST', digest],
    keyNames: () => (keyId === '' ? [] : namesOfKey(keyId, context)),
    alias: () => aliasOfRequest(keyId, context),
    signing: () => valid('AsymmetricSign', () => signingOf(parameters, context)),
    publishes: () => valid('GetPublicKey', () => publishedBy(parameters, context)) !== undefined,
  }
}
