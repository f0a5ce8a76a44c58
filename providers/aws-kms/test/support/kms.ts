import {
  CreateAliasCommand,
  CreateKeyCommand,
  DisableKeyCommand,
  GetPublicKeyCommand,
  type KeySpec,
  type KeyUsageType,
  KMSClient,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms'
import type { AlgorithmName } from '@signport/core'
import { type Emulator, type EmulatorOptions, startEmulator } from '@signport/emulator'

/** A key of the emulator. */
export interface TestKey {
  readonly id: string
  readonly arn: string
}

/** An emulator, and whoever administers its keys, with AWS's own SDK. */
export interface TestKms {
  readonly emulator: Emulator
  readonly client: KMSClient
  /** What a provider must be told to reach it. */
  readonly options: {
    readonly region: string
    readonly endpoint: string
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string }
  }
  createKey(spec: KeySpec, how?: { usage?: KeyUsageType; multiRegion?: boolean }): Promise<TestKey>
  createAlias(name: string, key: TestKey): Promise<void>
  disable(key: TestKey): Promise<void>
  scheduleDeletion(key: TestKey): Promise<void>
  /** SPKI, as the emulator gives it to somebody else's client. */
  publicKey(key: TestKey): Promise<Uint8Array>
  close(): Promise<void>
}

export async function startKms(emulatorOptions: EmulatorOptions = {}): Promise<TestKms> {
  const emulator = await startEmulator(emulatorOptions)
  const { accessKeyId, secretAccessKey } = emulator.credentials[0]
  const options = {
    region: emulator.region,
    endpoint: emulator.url,
    credentials: { accessKeyId, secretAccessKey },
  }
  // The SDK writes into the credentials that it is given.
  const client = new KMSClient({ ...options, credentials: { ...options.credentials } })
  return {
    emulator,
    client,
    options,
    async createKey(spec, { usage = 'SIGN_VERIFY', multiRegion = false } = {}) {
      const command = new CreateKeyCommand({ KeySpec: spec, KeyUsage: usage, MultiRegion: multiRegion })
      const { KeyMetadata } = await client.send(command)
      return { id: KeyMetadata?.KeyId ?? '', arn: KeyMetadata?.Arn ?? '' }
    },
    async createAlias(name, { id }) {
      await client.send(new CreateAliasCommand({ AliasName: name, TargetKeyId: id }))
    },
    async disable({ id }) {
      await client.send(new DisableKeyCommand({ KeyId: id }))
    },
    async scheduleDeletion({ id }) {
      await client.send(new ScheduleKeyDeletionCommand({ KeyId: id, PendingWindowInDays: 7 }))
    },
    async publicKey({ id }) {
      const { PublicKey = new Uint8Array() } = await client.send(new GetPublicKeyCommand({ KeyId: id }))
      return PublicKey
    },
    async close() {
      client.destroy()
      await emulator.close()
    },
  }
}

/** Every algorithm of AWS KMS, with a key for it and what it is sent as. */
export const ALGORITHMS: readonly [AlgorithmName, KeySpec, 'digest' | 'external-mu' | 'raw'][] = [
  ['RS256', 'RSA_2048', 'digest'],
  ['RS384', 'RSA_2048', 'digest'],
  ['RS512', 'RSA_2048', 'digest'],
  ['PS256', 'RSA_2048', 'digest'],
  ['PS384', 'RSA_2048', 'digest'],
  ['PS512', 'RSA_2048', 'digest'],
  ['ES256', 'ECC_NIST_P256', 'digest'],
  ['ES384', 'ECC_NIST_P384', 'digest'],
  ['ES512', 'ECC_NIST_P521', 'digest'],
  ['ES256K', 'ECC_SECG_P256K1', 'digest'],
  ['Ed25519', 'ECC_NIST_EDWARDS25519', 'raw'],
  ['Ed25519ph-SHA512', 'ECC_NIST_EDWARDS25519', 'digest'],
  ['ML-DSA-44', 'ML_DSA_44', 'external-mu'],
  ['ML-DSA-65', 'ML_DSA_65', 'external-mu'],
  ['ML-DSA-87', 'ML_DSA_87', 'external-mu'],
  ['SM2', 'SM2', 'digest'],
]
