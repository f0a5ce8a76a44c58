import { keyArn } from '../arn.js'
import { TrentFailure } from '../failure.js'
import { assertNotPending, findKey, grantToken, keyId } from '../find-key.js'
import { keyMetadata, specMembers } from '../key-metadata.js'
import { list } from '../member.js'
import { operation } from '../operation.js'
import { pageMembers, pageOf } from '../page.js'

const GrantTokens = list(grantToken, { max: 10 })

/** DescribeKey: in every state. */
export const describeKey = operation({ KeyId: keyId, GrantTokens }, (input, context) => ({
  KeyMetadata: keyMetadata(findKey(input.KeyId, context), context.place),
}))

/** GetPublicKey: in every state but that of a key that waits for its deletion. */
export const getPublicKey = operation({ KeyId: keyId, GrantTokens }, (input, context) => {
  const key = findKey(input.KeyId, context)
  const arn = keyArn(context.place, key)
  assertNotPending(key, context)
  const [{ pair }] = key.versions
  if (!pair)
    throw new TrentFailure('UnsupportedOperationException', `${arn} is not asymmetric: it has no public key.`)
  return { KeyId: arn, PublicKey: pair.spki.toString('base64'), ...specMembers(key) }
})

/** As many keys as AWS lists when nobody says how many, and at most. */
const USUAL_KEYS = 100
const MAX_KEYS = 1000

/** ListKeys. */
export const listKeys = operation(pageMembers(MAX_KEYS), (input, { place, store }) => {
  const { items, members } = pageOf(store.current().keys.values(), ({ id }) => id, input, USUAL_KEYS)
  return { Keys: items.map((key) => ({ KeyId: key.id, KeyArn: keyArn(place, key) })), ...members }
})
