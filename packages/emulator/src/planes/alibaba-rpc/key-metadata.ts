import { type KeyVersion, stateOf } from '../../keys/key-record.js'
import { acsArn, type VisibleKey } from '../alibaba/find-key.js'
import type { Place } from '../context.js'

/** A time as the service writes it: in UTC, to the second. */
function time(date: Date): string {
  return date.toISOString().replace(/\.\d{3}Z$/, 'Z')
}

/** KeyMetadata, as CreateKey and DescribeKey give it. Asymmetric keys have no primary version. */
export function keyMetadata(key: VisibleKey, place: Place): object {
  const { kind, versions, deletion } = key
  const newest = versions.at(-1) ?? versions[0]
  return {
    KeyId: key.id,
    Arn: acsArn(place, `key/${key.id}`),
    CreationDate: time(key.created),
    Creator: place.accountId,
    Description: key.description,
    KeySpec: kind.name,
    KeyState: stateOf(key),
    KeyUsage: kind.usage,
    Origin: 'Aliyun_KMS',
    ProtectionLevel: 'SOFTWARE',
    DeleteDate: deletion ? time(deletion.at) : '',
    MaterialExpireTime: '',
    LastRotationDate: time(newest.created),
    AutomaticRotation: 'Disabled',
    DeletionProtection: 'Disabled',
    ...(newest.pair === undefined && { PrimaryKeyVersion: newest.id }),
  }
}

/** One version, as the operations on versions give it. */
export function keyVersion({ id: KeyId }: VisibleKey, { id, created }: KeyVersion): object {
  return { KeyId, KeyVersionId: id, CreationDate: time(created) }
}
