import { newVersion } from '../../../keys/key-material.js'
import { type KeyRecord, newKeyId } from '../../../keys/key-record.js'
import { AlibabaFailure, unsupported } from '../../alibaba/failure.js'
import { presentKey } from '../../alibaba/find-key.js'
import { keyKind, storedUsage } from '../../alibaba/key-kind.js'
import { keyMetadata } from '../key-metadata.js'
import type { Operation } from '../operation.js'
import { choice, invalid, optional } from '../parameter.js'
import type { Parameters } from '../parameters.js'

const MAX_DESCRIPTION = 8192

/** CreateKey: with key material of the emulator's own, in software whatever level of protection is asked for. */
export const createKey: Operation = async (parameters, { store, place, clock }) => {
  const { spec, usage } = kindOf(parameters)
  assertOwnMaterial(parameters)
  const description = optional(parameters, 'Description') ?? ''
  if (description.length > MAX_DESCRIPTION)
    throw invalid('Description', `at most ${MAX_DESCRIPTION} characters`)
  const now = clock()
  const key: KeyRecord = {
    id: newKeyId(false),
    spec,
    usage,
    description,
    tags: {},
    created: now,
    enabled: true,
    versions: [await newVersion(spec, now)],
  }
  await store.change(({ keys }) => void keys.set(key.id, key))
  return { KeyMetadata: keyMetadata(presentKey(store.current().keys, key.id), place) }
}

function kindOf(parameters: Parameters): Pick<KeyRecord, 'spec' | 'usage'> {
  const name = optional(parameters, 'KeySpec') ?? 'Aliyun_AES_256'
  const kind = keyKind(name)
  if (!kind) throw unsupported(`this emulator has no keys of the spec ${JSON.stringify(name)}.`)
  const [usual = 'SIGN/VERIFY'] = kind.usages
  const usage = choice(parameters, 'KeyUsage', kind.usages) ?? usual
  return { spec: kind.spec, usage: storedUsage(usage) }
}

function assertOwnMaterial(parameters: Parameters): void {
  choice(parameters, 'ProtectionLevel', ['SOFTWARE', 'HSM'])
  if (choice(parameters, 'Origin', ['Aliyun_KMS', 'EXTERNAL']) === 'EXTERNAL')
    throw new AlibabaFailure('Unsupported.Origin')
  if (optional(parameters, 'EnableAutomaticRotation')?.toLowerCase() === 'true')
    throw unsupported('this emulator does not rotate keys by itself.')
}
