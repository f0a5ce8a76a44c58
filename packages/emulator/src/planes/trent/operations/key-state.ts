import type { KeyRecord } from '../../../keys/key-record.js'
import type { OperationContext } from '../../context.js'
import { keyArn } from '../arn.js'
import { TrentFailure } from '../failure.js'
import { assertNotPending, findKeyItself, keyId, presentKey } from '../find-key.js'
import { seconds } from '../key-metadata.js'
import { integer } from '../member.js'
import { operation } from '../operation.js'

/** EnableKey. */
export const enableKey = operation({ KeyId: keyId }, async (input, context) => {
  await replace(input.KeyId, context, (key) => ({ ...key, enabled: true }))
  return {}
})

/** DisableKey. */
export const disableKey = operation({ KeyId: keyId }, async (input, context) => {
  await replace(input.KeyId, context, (key) => ({ ...key, enabled: false }))
  return {}
})

const DAY_MS = 24 * 60 * 60 * 1000

/** How long a key waits for its deletion when nobody says how long. In days. */
const USUAL_WINDOW = 30

const scheduleMembers = { KeyId: keyId, PendingWindowInDays: integer({ min: 7, max: 30 }) }

/** ScheduleKeyDeletion. */
export const scheduleKeyDeletion = operation(scheduleMembers, async (input, context) => {
  const windowDays = input.PendingWindowInDays ?? USUAL_WINDOW
  const at = new Date(context.clock().getTime() + windowDays * DAY_MS)
  const key = await replace(input.KeyId, context, (key) => ({
    ...key,
    enabled: false,
    deletion: { at, windowDays },
  }))
  return {
    KeyId: keyArn(context.place, key),
    DeletionDate: seconds(at),
    KeyState: 'PendingDeletion',
    PendingWindowInDays: windowDays,
  }
})

/** CancelKeyDeletion: the key is disabled then, and EnableKey makes it usable again. */
export const cancelKeyDeletion = operation({ KeyId: keyId }, async (input, context) => {
  const { id } = findKeyItself(input.KeyId, context)
  const arn = keyArn(context.place, { id })
  await context.store.change(({ keys }) => {
    const { deletion, ...key } = presentKey(keys, id, context)
    if (!deletion) throw new TrentFailure('KMSInvalidStateException', `${arn} is not pending deletion.`)
    keys.set(id, key)
  })
  return { KeyId: arn }
})

/** Replaces a key that does not wait for its deletion. */
async function replace(
  name: string,
  context: OperationContext,
  edit: (key: KeyRecord) => KeyRecord,
): Promise<KeyRecord> {
  const { id } = findKeyItself(name, context)
  await context.store.change(({ keys }) => {
    const key = presentKey(keys, id, context)
    assertNotPending(key, context)
    keys.set(id, edit(key))
  })
  return findKeyItself(id, context)
}
