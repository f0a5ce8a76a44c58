import {
  type AlgorithmName,
  createRotatingSigner,
  createSigner,
  type KeyHolder,
  type RotationOptions,
  type SignerOptions,
} from '../../src/index.js'
import { keyPair } from './keys.js'
import { NodeProvider } from './node-provider.js'

/** In milliseconds. */
export const MINUTE = 60_000
export const HOUR = 60 * MINUTE

/** A time of the day of the tests, `ms` after or before it. */
export const at = (time: string, ms = 0) => new Date(Date.parse(`2026-11-01T${time}:00Z`) + ms)

/** A clock that stands still until it is put to another time; it counts how often it was looked at. */
export class Clock {
  looks = 0
  time: Date

  constructor(time: Date) {
    this.time = time
  }

  readonly now = () => {
    this.looks++
    return this.time.getTime()
  }
}

/** A signer, by default of a service of its own. */
export function keyOf(
  keyId: string,
  algorithm: AlgorithmName = 'ES256',
  options: Omit<Partial<SignerOptions>, 'provider'> = {},
  provider = new NodeProvider(keyPair(algorithm), { name: `service of ${keyId}` }),
) {
  return Object.assign(createSigner({ provider, keyId, algorithm, ...options }), { service: provider })
}

/** A rotation with ten-minute caches, one-hour tokens and clocks at most a minute apart. */
export function rotationOf(options: Omit<RotationOptions, 'cacheLifetimeMs' | 'tokenLifetimeMs'>) {
  return createRotatingSigner({ cacheLifetimeMs: 10 * MINUTE, tokenLifetimeMs: HOUR, ...options })
}

/** What a signer is called in the expectations of a test. */
export const idOf = ({ keyId }: Pick<KeyHolder, 'keyId'>) => keyId
