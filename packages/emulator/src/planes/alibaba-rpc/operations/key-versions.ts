import { newVersion } from '../../../keys/key-material.js'
import { AlibabaFailure, unsupported } from '../../alibaba/failure.js'
import { assertEnabled, findKey, findVersion, presentKey } from '../../alibaba/find-key.js'
import { keyVersion } from '../key-metadata.js'
import type { Operation } from '../operation.js'
import { pageOf } from '../page.js'
import { required } from '../parameter.js'

/** As many versions of one key as the service allows. */
const MAX_VERSIONS = 50

/** CreateKeyVersion: of an asymmetric key, at any time. */
export const createKeyVersion: Operation = async (parameters, context) => {
  const key = findKey(required(parameters, 'KeyId'), context)
  assertEnabled(key)
  if (!key.versions[0].pair) throw unsupported(`a key of ${key.kind.name} has one version.`)
  const version = await newVersion(key.spec, context.clock())
  await context.store.change(({ keys }) => {
    const present = presentKey(keys, key.id)
    assertEnabled(present)
    if (present.versions.length >= MAX_VERSIONS) throw new AlibabaFailure('Rejected.LimitExceeded')
    const { kind, ...record } = present
    keys.set(key.id, { ...record, versions: [...record.versions, version] })
  })
  return { KeyVersion: keyVersion(key, version) }
}

/** DescribeKeyVersion. */
export const describeKeyVersion: Operation = (parameters, context) => {
  const key = findKey(required(parameters, 'KeyId'), context)
  return { KeyVersion: keyVersion(key, findVersion(key, required(parameters, 'KeyVersionId'))) }
}

/** ListKeyVersions: the newest first, as in the examples of the service. */
export const listKeyVersions: Operation = (parameters, context) => {
  const key = findKey(required(parameters, 'KeyId'), context)
  const { items, members } = pageOf([...key.versions].reverse(), parameters)
  return { KeyVersions: { KeyVersion: items.map((version) => keyVersion(key, version)) }, ...members }
}
