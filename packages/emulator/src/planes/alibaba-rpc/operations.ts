import type { Operation } from './operation.js'
import {
  createAlias,
  deleteAlias,
  listAliases,
  listAliasesByKeyId,
  updateAlias,
} from './operations/aliases.js'
import { createKey } from './operations/create-key.js'
import { cancelKeyDeletion, disableKey, enableKey, scheduleKeyDeletion } from './operations/key-state.js'
import { createKeyVersion, describeKeyVersion, listKeyVersions } from './operations/key-versions.js'
import { describeKey, getPublicKey, listKeys } from './operations/keys.js'
import { asymmetricSign, asymmetricVerify } from './operations/signatures.js'

/** The operations that the emulator has, by the names that Alibaba Cloud gives them. */
export const OPERATIONS: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ['AsymmetricSign', asymmetricSign],
  ['AsymmetricVerify', asymmetricVerify],
  ['CancelKeyDeletion', cancelKeyDeletion],
  ['CreateAlias', createAlias],
  ['CreateKey', createKey],
  ['CreateKeyVersion', createKeyVersion],
  ['DeleteAlias', deleteAlias],
  ['DescribeKey', describeKey],
  ['DescribeKeyVersion', describeKeyVersion],
  ['DisableKey', disableKey],
  ['EnableKey', enableKey],
  ['GetPublicKey', getPublicKey],
  ['ListAliases', listAliases],
  ['ListAliasesByKeyId', listAliasesByKeyId],
  ['ListKeyVersions', listKeyVersions],
  ['ListKeys', listKeys],
  ['ScheduleKeyDeletion', scheduleKeyDeletion],
  ['UpdateAlias', updateAlias],
])

/** The operations on keys that Alibaba Cloud has besides, for an error that tells a gap from a mistyped name. */
export const OTHER_OPERATIONS: ReadonlySet<string> = new Set([
  'AsymmetricDecrypt',
  'AsymmetricEncrypt',
  'Decrypt',
  'DeleteKeyMaterial',
  'DescribeAccountKmsStatus',
  'DescribeRegions',
  'Encrypt',
  'ExportDataKey',
  'GenerateAndExportDataKey',
  'GenerateDataKey',
  'GenerateDataKeyWithoutPlaintext',
  'GenerateMac',
  'GetKeyPolicy',
  'GetParametersForImport',
  'ImportKeyMaterial',
  'ListResourceTags',
  'OpenKmsService',
  'ReEncrypt',
  'SetDeletionProtection',
  'SetKeyPolicy',
  'TagResource',
  'TagResources',
  'UntagResource',
  'UntagResources',
  'UpdateKeyDescription',
  'UpdateRotationPolicy',
  'VerifyMac',
])
