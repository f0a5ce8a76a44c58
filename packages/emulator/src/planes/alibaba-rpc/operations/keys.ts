import type { KeyPair } from '../../../crypto/key-pair.js'
import { acsArn, findKey, findVersion, visible } from '../../alibaba/find-key.js'
import { publicKeyPem, publishedPair } from '../../alibaba/public-key.js'
import type { PlaneContext } from '../../context.js'
import { keyMetadata } from '../key-metadata.js'
import type { Operation } from '../operation.js'
import { pageOf } from '../page.js'
import { required } from '../parameter.js'
import type { Parameters } from '../parameters.js'

/** DescribeKey: in every state. */
export const describeKey: Operation = (parameters, context) => ({
  KeyMetadata: keyMetadata(findKey(required(parameters, 'KeyId'), context), context.place),
})

/** GetPublicKey: in every state but that of a key that waits for its deletion. */
export const getPublicKey: Operation = async (parameters, context) => {
  const { key, version } = publicKeyRequest(parameters, context)
  return { KeyId: key.id, KeyVersionId: version.id, PublicKey: await publicKeyPem(key, version, context) }
}

/** The pair whose public half a request would get. @throws AlibabaFailure */
export function publishedBy(parameters: Parameters, context: PlaneContext): KeyPair {
  const { key, version } = publicKeyRequest(parameters, context)
  return publishedPair(key, version)
}

function publicKeyRequest(parameters: Parameters, context: PlaneContext) {
  const KeyId = required(parameters, 'KeyId')
  const KeyVersionId = required(parameters, 'KeyVersionId')
  const key = findKey(KeyId, context)
  return { key, version: findVersion(key, KeyVersionId) }
}

/** ListKeys: those that Alibaba Cloud could have. */
export const listKeys: Operation = (parameters, { store, place }) => {
  const ids = [...store.current().keys.values()].filter((key) => visible(key)).map(({ id }) => id)
  const { items, members } = pageOf(ids.sort(), parameters)
  const Key = items.map((KeyId) => ({ KeyId, KeyArn: acsArn(place, `key/${KeyId}`) }))
  return { Keys: { Key }, ...members }
}
