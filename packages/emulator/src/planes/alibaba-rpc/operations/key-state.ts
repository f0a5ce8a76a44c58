import type { KeyRecord } from '../../../keys/key-record.js'
import { AlibabaFailure } from '../../alibaba/failure.js'
import { findKeyItself, presentKey } from '../../alibaba/find-key.js'
import type { OperationContext } from '../../context.js'
import type { Operation } from '../operation.js'
import { integer, required } from '../parameter.js'
import type { Parameters } from '../parameters.js'

/** EnableKey. */
export const enableKey: Operation = (parameters, context) =>
  replace(parameters, context, false, (key) => ({ ...key, enabled: true }))

/** DisableKey. */
export const disableKey: Operation = (parameters, context) =>
  replace(parameters, context, false, (key) => ({ ...key, enabled: false }))

const DAY_MS = 24 * 60 * 60 * 1000

/** ScheduleKeyDeletion. */
export const scheduleKeyDeletion: Operation = (parameters, context) => {
  const windowDays = integer(parameters, 'PendingWindowInDays', { min: 7, max: 366, usual: 30 })
  const at = new Date(context.clock().getTime() + windowDays * DAY_MS)
  return replace(parameters, context, false, (key) => ({
    ...key,
    enabled: false,
    deletion: { at, windowDays },
  }))
}

/** CancelKeyDeletion: the key is disabled then, and EnableKey makes it usable again. */
export const cancelKeyDeletion: Operation = (parameters, context) =>
  replace(parameters, context, true, ({ deletion, ...key }) => key)

/** Replaces a key that waits for its deletion, or one that does not. */
async function replace(
  parameters: Parameters,
  context: OperationContext,
  pending: boolean,
  edit: (key: KeyRecord) => KeyRecord,
): Promise<object> {
  const { id } = findKeyItself(required(parameters, 'KeyId'), context)
  await context.store.change(({ keys }) => {
    const { kind, ...key } = presentKey(keys, id)
    if ((key.deletion !== undefined) !== pending) throw new AlibabaFailure('Rejected.StateModifiedFailed')
    keys.set(id, edit(key))
  })
  return {}
}
