import type { KeyRecord } from '../../../keys/key-record.js'
import { publishedKey } from '../../../keys/signature.js'
import type { PlaneContext } from '../../context.js'
import { keyArn } from '../arn.js'
import { TrentFailure } from '../failure.js'
import { assertNotPending, findKey, grantToken, keyId } from '../find-key.js'
import { keyMetadata, specMembers } from '../key-metadata.js'
import { list, readInput } from '../member.js'
import { operation } from '../operation.js'
import { pageMembers, pageOf } from '../page.js'

const GrantTokens = list(grantToken, { max: 10 })

/** DescribeKey: in every state. */
export const describeKey = operation({ KeyId: keyId, GrantTokens }, (input, context) => ({
  KeyMetadata: keyMetadata(findKey(input.KeyId, context), context.place),
}))

const publicKeyMembers = { KeyId: keyId, GrantTokens }

/** GetPublicKey: in every state but that of a key that waits for its deletion. */
export const getPublicKey = operation(publicKeyMembers, async (input, context) => {
  const { key, pair, arn } = publicKeyOf(input, context)
  const spki = await publishedKey(key.spec, pair, context)
  return { KeyId: arn, PublicKey: spki.toString('base64'), ...specMembers(key) }
})

/** Whose public key a request would get. @throws TrentFailure */
export function publishedBy(request: object, context: PlaneContext): KeyRecord {
  return publicKeyOf(readInput(publicKeyMembers, request), context).key
}

function publicKeyOf({ KeyId }: { readonly KeyId: string }, context: PlaneContext) {
  const key = findKey(KeyId, context)
  const arn = keyArn(context.place, key)
  assertNotPending(key, context)
  const [{ pair }] = key.versions
  if (pair) return { key, pair, arn }
  throw new TrentFailure('UnsupportedOperationException', `${arn} is not asymmetric: it has no public key.`)
}

/** As many keys as AWS lists when nobody says how many, and at most. */
const USUAL_KEYS = 100
const MAX_KEYS = 1000

/** ListKeys. */
export const listKeys = operation(pageMembers(MAX_KEYS), (input, { place, store }) => {
  const { items, members } = pageOf(store.current().keys.values(), ({ id }) => id, input, USUAL_KEYS)
  return { Keys: items.map((key) => ({ KeyId: key.id, KeyArn: keyArn(place, key) })), ...members }
})
