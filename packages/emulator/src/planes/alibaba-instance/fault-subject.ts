import type { FaultSubject } from '../../faults/fault-subject.js'
import { AlibabaFailure } from '../alibaba/failure.js'
import { aliasOfRequest, namesOfKey } from '../alibaba/find-key.js'
import { ifValid } from '../call.js'
import type { InstanceCall, InstanceWhere } from './operations.js'

/** A call as faults look at it. */
export function faultSubject(
  operation: string,
  { keyId, asked, signing, published }: InstanceCall,
  where: InstanceWhere,
): FaultSubject {
  return {
    plane: 'instance',
    operation,
    asked: [keyId, ...asked],
    keyNames: () => (keyId === '' ? [] : namesOfKey(keyId, where)),
    alias: () => aliasOfRequest(keyId, where),
    signing: () => ifValid(() => signing(where), AlibabaFailure),
    publishes: () => ifValid(() => published(where), AlibabaFailure) !== undefined,
  }
}
