import { newVersion } from '../../../keys/key-material.js'
import { type KeyRecord, newKeyId } from '../../../keys/key-record.js'
import { algorithmsOf, KEY_SPECS, KEY_USAGES, type KeySpec, type KeyUsage } from '../../../keys/key-spec.js'
import { TrentFailure } from '../failure.js'
import { keyMetadata } from '../key-metadata.js'
import { choice, flag, type InputOf, list, required, structure, text } from '../member.js'
import { operation } from '../operation.js'

const members = {
  Policy: text({ min: 1, max: 131_072 }),
  Description: text({ max: 8192 }),
  KeyUsage: choice([...KEY_USAGES, 'ENCAPSULATE_DECAPSULATE']),
  CustomerMasterKeySpec: choice(KEY_SPECS),
  KeySpec: choice([...KEY_SPECS, 'ML_KEM_512', 'ML_KEM_768', 'ML_KEM_1024']),
  Origin: choice(['AWS_KMS', 'EXTERNAL', 'AWS_CLOUDHSM', 'EXTERNAL_KEY_STORE']),
  CustomKeyStoreId: text({ min: 1, max: 64 }),
  BypassPolicyLockoutSafetyCheck: flag,
  Tags: list(
    structure({
      TagKey: required(text({ min: 1, max: 128 })),
      TagValue: required(text({ max: 256 })),
    }),
    { max: 50 },
  ),
  MultiRegion: flag,
  XksKeyId: text({ min: 1, max: 128 }),
}

type Input = InputOf<typeof members>

/** CreateKey: with key material of the emulator's own. Policies are taken and have no effect. */
export const createKey = operation(members, async (input, { store, place, clock }) => {
  assertOwnMaterial(input)
  const spec = specOf(input)
  const usage = usageOf(input, spec)
  const tags = tagsOf(input)
  const now = clock()
  const key: KeyRecord = {
    id: newKeyId(input.MultiRegion ?? false),
    spec,
    usage,
    description: input.Description ?? '',
    tags,
    created: now,
    enabled: true,
    versions: [await newVersion(spec, now)],
  }
  await store.change(({ keys }) => void keys.set(key.id, key))
  return { KeyMetadata: keyMetadata(key, place) }
})

function assertOwnMaterial({ Origin = 'AWS_KMS', CustomKeyStoreId, XksKeyId }: Input): void {
  if (Origin === 'AWS_KMS' && CustomKeyStoreId === undefined && XksKeyId === undefined) return
  const message = 'This emulator has neither key stores nor imported key material: leave out Origin.'
  throw new TrentFailure('UnsupportedOperationException', message)
}

function specOf({ KeySpec, CustomerMasterKeySpec }: Input): KeySpec {
  if (KeySpec !== undefined && CustomerMasterKeySpec !== undefined)
    throw invalid('You cannot specify KeySpec and CustomerMasterKeySpec in the same request.')
  const spec = KeySpec ?? CustomerMasterKeySpec ?? 'SYMMETRIC_DEFAULT'
  const known = KEY_SPECS.find((each) => each === spec)
  if (known) return known
  throw new TrentFailure('UnsupportedOperationException', `This emulator has no keys of the spec ${spec}.`)
}

function usageOf({ KeyUsage }: Input, spec: KeySpec): KeyUsage {
  if (KeyUsage === undefined && spec !== 'SYMMETRIC_DEFAULT')
    throw invalid('You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys.')
  const usage = KeyUsage ?? 'ENCRYPT_DECRYPT'
  const known = KEY_USAGES.find((each) => each === usage)
  if (known && algorithmsOf(spec, known)) return known
  throw invalid(`KeyUsage ${usage} is not compatible with KeySpec ${spec}`)
}

function tagsOf({ Tags = [] }: Input): Record<string, string> {
  const tags = new Map(Tags.map(({ TagKey, TagValue }) => [TagKey, TagValue]))
  if (tags.size < Tags.length) throw new TrentFailure('TagException', 'Duplicate tag keys')
  if ([...tags.keys()].some((key) => key.startsWith('aws:')))
    throw new TrentFailure('TagException', 'Tag keys that begin with aws: are reserved')
  return Object.fromEntries(tags)
}

function invalid(message: string): TrentFailure {
  return new TrentFailure('ValidationException', message)
}
