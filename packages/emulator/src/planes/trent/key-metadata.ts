import { isMultiRegion, type KeyRecord, stateOf } from '../../keys/key-record.js'
import { algorithmsOf, type KeyUsage, keySpec } from '../../keys/key-spec.js'
import type { Place } from '../context.js'
import { keyArn } from './arn.js'

/** A time as AWS JSON writes it: seconds since 1970, with fractions. */
export function seconds(date: Date): number {
  return date.getTime() / 1000
}

/** How the list of a key's algorithms is called, by what the key is for. */
const LISTS: Record<KeyUsage, string> = {
  SIGN_VERIFY: 'SigningAlgorithms',
  ENCRYPT_DECRYPT: 'EncryptionAlgorithms',
  GENERATE_VERIFY_MAC: 'MacAlgorithms',
  KEY_AGREEMENT: 'KeyAgreementAlgorithms',
}

/** Spec, use and algorithms, which CreateKey, DescribeKey and GetPublicKey tell alike. */
export function specMembers({ spec, usage }: KeyRecord): object {
  return {
    KeySpec: spec,
    ...(keySpec(spec).legacy && { CustomerMasterKeySpec: spec }),
    KeyUsage: usage,
    [LISTS[usage]]: algorithmsOf(spec, usage),
  }
}

/** KeyMetadata, as CreateKey and DescribeKey give it. */
export function keyMetadata(key: KeyRecord, place: Place): object {
  const arn = keyArn(place, key)
  const { deletion } = key
  const multiRegion = isMultiRegion(key.id)
  return {
    AWSAccountId: place.accountId,
    KeyId: key.id,
    Arn: arn,
    CreationDate: seconds(key.created),
    Enabled: stateOf(key) === 'Enabled',
    Description: key.description,
    KeyState: stateOf(key),
    ...(deletion && { DeletionDate: seconds(deletion.at) }),
    Origin: 'AWS_KMS',
    KeyManager: 'CUSTOMER',
    ...specMembers(key),
    MultiRegion: multiRegion,
    ...(multiRegion && {
      MultiRegionConfiguration: {
        MultiRegionKeyType: 'PRIMARY',
        PrimaryKey: { Arn: arn, Region: place.region },
        ReplicaKeys: [],
      },
    }),
  }
}
