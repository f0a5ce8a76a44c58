import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAwsKmsProvider } from '@signport/aws-kms'
import { loadSigners } from '@signport/config'
import { generateKeyPair, type KeyPair } from '@signport/contract'
import {
  type AlgorithmName,
  createRotatingSigner,
  createSigner,
  isRotatingSigner,
  PublicKey,
  type Signer,
  type SigningProvider,
} from '@signport/core'
import { type Emulator, startEmulator } from '@signport/emulator'
import { createLocalProvider } from '@signport/local'
import type { Lifetimes, Ring } from './rotation-year.js'
import type { OpenRing } from './simulated-fleet.js'

/** The keys of a year and one more, and where each is: the provider changes in the middle of it, and changes back. */
const ALGORITHMS: readonly AlgorithmName[] = [
  'ES256',
  'Ed25519',
  'ES256',
  'RS256',
  'ES384',
  'Ed25519',
  'ES256',
]
const KEYS = Array.from({ length: 13 }, (_, index) => ({
  name: `key-${index}`,
  algorithm: ALGORITHMS[index % ALGORITHMS.length] as AlgorithmName,
  ...generateKeyPair(ALGORITHMS[index % ALGORITHMS.length] as AlgorithmName),
}))
const IN_SERVICE = 'key-6'
const SERVICE_ID = '00000000-0000-4000-8000-000000000006'

type Key = (typeof KEYS)[number] & KeyPair

function keyOf(name: string): Key {
  const key = KEYS.find((each) => each.name === name)
  if (!key) throw new Error(`There is no key ${name}.`)
  return key
}

/** The names of the keys, in the order in which they sign. */
export const keyNames: readonly string[] = KEYS.map(({ name }) => name)

/** What tokens call a key. */
export const kidOf = (name: string): string => PublicKey.from(keyOf(name).publicKey).thumbprint

/** Where the keys are. */
export class SimulatedKeys {
  readonly #emulator: Emulator
  readonly #folder: string
  readonly #signers = new Map<string, Signer>()

  private constructor(emulator: Emulator, folder: string) {
    this.#emulator = emulator
    this.#folder = folder
  }

  static async start(): Promise<SimulatedKeys> {
    const { privateKey } = keyOf(IN_SERVICE)
    const keys = [{ id: SERVICE_ID, spec: 'ECC_NIST_P256' as const, privateKey }]
    const folder = await mkdtemp(join(tmpdir(), 'signport-year-'))
    for (const { name, privateKey, publicKey } of KEYS) {
      await writeFile(join(folder, `${name}.pem`), privateKey, { mode: 0o600 })
      await writeFile(join(folder, `${name}.pub.pem`), publicKey)
    }
    return new SimulatedKeys(await startEmulator({ seed: { version: 1, keys } }), folder)
  }

  async close(): Promise<void> {
    for (const signer of this.#signers.values()) await signer.close()
    await this.#emulator.close()
    await rm(this.#folder, { recursive: true })
  }

  /** How often the service has signed. */
  get signatures(): number {
    return this.#emulator.requests().filter(({ operation }) => operation === 'Sign').length
  }

  /** Rotations by `createRotatingSigner`, of signers that all processes share. */
  readonly byCode =
    (lifetimes: Lifetimes): OpenRing =>
    async ({ active, next, retired }, now) => {
      const signer = createRotatingSigner({
        ...lifetimes,
        now,
        active: { signer: this.#signer(active.key), published: dateOf(active.published) },
        next: next && {
          signer: this.#signer(next.key),
          published: new Date(next.published),
          activateAt: dateOf(next.activateAt),
        },
        retired: retired.map(({ key, retiredAt }) => ({
          signer: this.#signer(key),
          retiredAt: new Date(retiredAt),
        })),
      })
      return { signer, source: signer, close: async () => {} }
    }

  /** Rotations by a configuration, which each process loads for itself. What is retired has no private key any more. */
  readonly byConfiguration =
    (lifetimes: Lifetimes): OpenRing =>
    async ({ active, next, retired }, now) => {
      const tokens = {
        cacheLifetime: seconds(lifetimes.cacheLifetimeMs),
        tokenLifetime: seconds(lifetimes.tokenLifetimeMs),
        clockTolerance: seconds(lifetimes.clockToleranceMs),
        active: { ...this.#entry(active.key), ...isoTimes({ published: active.published }) },
        ...(next && {
          next: {
            ...this.#entry(next.key),
            ...isoTimes({ published: next.published, activateAt: next.activateAt }),
          },
        }),
        retired: retired.map(({ key, retiredAt }) => ({
          provider: 'public-key',
          key: join(this.#folder, `${key}.pub.pem`),
          algorithm: keyOf(key).algorithm,
          ...isoTimes({ retiredAt }),
        })),
      }
      const signers = await loadSigners({ signers: { tokens } }, { now })
      const signer = signers.get('tokens')
      if (!isRotatingSigner(signer)) throw new Error('The signer of a rotation does not rotate.')
      return { signer, source: signers, close: () => signers.close() }
    }

  #signer(name: string): Signer {
    const { algorithm, privateKey } = keyOf(name)
    const found =
      this.#signers.get(name) ??
      (name === IN_SERVICE
        ? createSigner({ provider: this.#service(), keyId: SERVICE_ID, algorithm })
        : createSigner({
            provider: createLocalProvider({ keys: { [name]: privateKey } }),
            keyId: name,
            algorithm,
          }))
    this.#signers.set(name, found)
    return found
  }

  #service(): SigningProvider {
    const { url: endpoint, region, credentials } = this.#emulator
    return createAwsKmsProvider({ endpoint, region, credentials: credentials[0] })
  }

  #entry(name: string): object {
    const { algorithm } = keyOf(name)
    if (name !== IN_SERVICE) return { provider: 'local', key: join(this.#folder, `${name}.pem`), algorithm }
    const { url: endpoint, region, credentials } = this.#emulator
    return {
      provider: 'aws-kms',
      key: SERVICE_ID,
      algorithm,
      endpoint,
      region,
      credentials: { ...credentials[0] },
    }
  }
}

const dateOf = (time: number | undefined) => (time === undefined ? undefined : new Date(time))

const seconds = (ms: number) => `${ms / 1_000}s`

const isoTimes = (times: Record<string, Ring['active']['published']>) =>
  Object.fromEntries(
    Object.entries(times).flatMap(([name, time]) =>
      time === undefined ? [] : [[name, new Date(time).toISOString()]],
    ),
  )
