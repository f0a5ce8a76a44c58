import { constants, sign as signNatively } from 'node:crypto'
import {
  type AlgorithmName,
  algorithms,
  createSigner,
  type ProviderSignature,
  type ProviderSignRequest,
  SigningError,
  type SigningErrorCode,
  type SigningProvider,
  toP1363,
} from '@signport/core'
import { createLocalProvider } from '@signport/local'
import type { ContractSubject } from '../../src/contract-case.js'
import { generateKeyPair } from '../../src/key-pair.js'

/** What can be wrong with a provider: each is a mistake that real ones have made. */
export const FLAWS = [
  'a digest is hashed once more',
  'the longest salt',
  'a high s where a low one is promised',
  'r and s without their leading zeros',
  'an error that is swallowed',
  'a secret in the text of an error',
  'an abort that is ignored',
  'an abort that leaves its connection open',
  'the id of another key',
  'a signature that is cut short',
  'an algorithm that is not looked at',
  'the public key of another key',
  'a public key that is kept although the alias has moved',
  'a failure of its own while the service only stalls',
] as const

/** One of `FLAWS`. */
export type Flaw = (typeof FLAWS)[number]

const NAMES: readonly AlgorithmName[] = ['RS256', 'PS256', 'ES256', 'ES256K']

const FAILURES: readonly SigningErrorCode[] = [
  'KeyNotFound',
  'KeyDisabled',
  'InvalidKeyState',
  'InvalidKeyUsage',
  'KeyUnavailable',
  'AccessDenied',
  'Unauthenticated',
  'Throttled',
  'Unavailable',
  'Internal',
  'InvalidResponse',
]

const SECRET = 'wJalrXUtnFEMI/K7MDENG'

const pairs = new Map(
  [...NAMES, 'other' as const].map((name) => [name, generateKeyPair(name === 'other' ? 'ES256' : name)]),
)

/** A key-management service in this process, with everything that one can be made to do, and one flaw or none. */
export function houseSubject(flaw?: Flaw): ContractSubject {
  const service = new HouseService(flaw)
  return {
    create: () => service.provider(),
    createSigner,
    keys: Object.fromEntries(
      NAMES.map((name) => [
        name,
        {
          keyId: `key/${name}`,
          publicKey: publicKeyOf(name),
          otherNames: [`arn:${name}`],
          reportedKeyId: `key/${name}`,
        },
      ]),
    ),
    capabilities: {
      lowS: ['ES256K'],
      secrets: [SECRET],
      failures: FAILURES.map((code) => ({ code, what: `a key that is ${code}`, keyId: `fails/${code}` })),
      stall: () => service.stall(),
      connections: () => service.connections,
      alias: {
        algorithm: 'ES256',
        keyId: 'alias/moving',
        before: publicKeyOf('ES256'),
        after: publicKeyOf('other'),
        move: async () => service.move(),
      },
    },
  }
}

const publicKeyOf = (name: AlgorithmName | 'other') => pairs.get(name)?.publicKey ?? ''
const privateKeyOf = (name: AlgorithmName | 'other') => pairs.get(name)?.privateKey ?? ''

class HouseService {
  readonly #flaw: Flaw | undefined
  readonly #local = createLocalProvider({
    keys: Object.fromEntries([...pairs].map(([name, { privateKey }]) => [`key/${name}`, privateKey])),
  })
  readonly #kept = new Map<string, string>()
  #stalled = false
  connections = 0
  #moving: AlgorithmName | 'other' = 'ES256'

  constructor(flaw?: Flaw) {
    this.#flaw = flaw
  }

  stall() {
    this.#stalled = true
    return () => {
      this.#stalled = false
    }
  }

  move() {
    this.#moving = 'other'
    return () => {
      this.#moving = 'ES256'
    }
  }

  provider(): SigningProvider {
    // Made by node:crypto, which signs no digests: one with the longest salt, the other often enough to find a zero.
    const natively = this.#flaw === 'the longest salt' || this.#flaw === 'r and s without their leading zeros'
    const inputs = natively ? (['raw'] as const) : (['digest', 'raw'] as const)
    return {
      name: 'house',
      support: ({ name }) =>
        NAMES.includes(name)
          ? { wireName: `HOUSE_${name}`, inputs, raw: { minBytes: 1, maxBytes: 4096 } }
          : undefined,
      sign: (request, { signal }) => this.#answer(request.keyId, signal, () => this.#sign(request)),
      getPublicKey: ({ keyId }, { signal }) =>
        this.#answer(keyId, signal, async () => ({
          publicKey: this.#publicKey(keyId),
          keyId: this.#resolved(keyId),
        })),
    }
  }

  async #answer<T>(keyId: string, signal: AbortSignal | undefined, answer: () => Promise<T>): Promise<T> {
    if (this.#stalled) await this.#silence(signal)
    try {
      const [, code] = keyId.split('fails/')
      if (code)
        throw new SigningError(code as SigningErrorCode, this.#refusal(), { provider: 'house', keyId })
      return await answer()
    } catch (error) {
      if (this.#flaw !== 'an error that is swallowed') throw error
      return { bytes: new Uint8Array(), publicKey: publicKeyOf('ES256') } as T
    }
  }

  #refusal(): string {
    return this.#flaw === 'a secret in the text of an error' ? `refused with ${SECRET}` : 'refused'
  }

  #silence(signal?: AbortSignal): Promise<never> {
    return new Promise((_, reject) => {
      this.connections++
      if (this.#flaw === 'an abort that is ignored') return
      if (this.#flaw === 'a failure of its own while the service only stalls')
        reject(new Error('wrong at once'))
      const onAbort = () => {
        if (this.#flaw !== 'an abort that leaves its connection open') this.connections--
        reject(signal?.reason)
      }
      signal?.addEventListener('abort', onAbort, { once: true })
    })
  }

  #resolved(keyId: string): string {
    return keyId === 'alias/moving' ? `key/${this.#moving}` : keyId.replace('arn:', 'key/')
  }

  #publicKey(keyId: string): string {
    if (this.#flaw === 'the public key of another key') return publicKeyOf('other')
    const now = publicKeyOf(this.#resolved(keyId).slice('key/'.length) as AlgorithmName)
    if (this.#flaw !== 'a public key that is kept although the alias has moved') return now
    if (!this.#kept.has(keyId)) this.#kept.set(keyId, now)
    return this.#kept.get(keyId) ?? now
  }

  async #sign(request: ProviderSignRequest): Promise<ProviderSignature> {
    const keyId = this.#resolved(request.keyId)
    const { wireName } = request
    const bytes = await this.#bytes({ ...request, keyId })
    const reported = this.#flaw === 'the id of another key' ? 'key/other' : keyId
    return { bytes, keyId: reported, wireName, requestId: 'request-1' }
  }

  async #bytes(request: ProviderSignRequest): Promise<Uint8Array> {
    const { algorithm, input } = request
    const honest = async (changed = request) => (await this.#local.sign(changed, {})).bytes
    if (this.#flaw === 'a digest is hashed once more' && 'digest' in input)
      return honest({ ...request, input: { kind: 'raw', message: input.digest } })
    if (this.#flaw === 'the longest salt' && algorithm.name === 'PS256' && input.kind === 'raw')
      return signNatively('sha256', input.message, {
        key: privateKeyOf('PS256'),
        padding: constants.RSA_PKCS1_PSS_PADDING,
        saltLength: constants.RSA_PSS_SALTLEN_MAX_SIGN,
      })
    if (this.#flaw === 'an algorithm that is not looked at' && algorithm.name === 'PS256')
      return honest({ ...request, algorithm: algorithms.find(({ name }) => name === 'RS256') ?? algorithm })
    if (this.#flaw === 'a signature that is cut short') return (await honest()).slice(0, -1)
    if (algorithm.scheme !== 'ecdsa') return honest()
    return this.#ecdsa(algorithm.name === 'ES256K', algorithm.scalarBytes, honest)
  }

  /** r ‖ s, and of secp256k1 the lower s, unless the flaw is there. */
  async #ecdsa(lowS: boolean, half: number, honest: () => Promise<Uint8Array>): Promise<Uint8Array> {
    for (;;) {
      const given = await honest()
      const pair = given.length === 2 * half ? given : toP1363(given, half)
      const [r, s] = [pair.subarray(0, half), pair.subarray(half)]
      if (this.#flaw === 'r and s without their leading zeros') {
        const short = Buffer.concat([withoutZeros(r), withoutZeros(s)])
        if (short.length < pair.length) return short
      } else if (!lowS || isLow(s) === (this.#flaw !== 'a high s where a low one is promised')) return pair
    }
  }
}

const withoutZeros = (scalar: Uint8Array) => scalar.subarray(scalar.findIndex((byte) => byte !== 0))

/** Half the order of secp256k1 begins with 7f. */
const isLow = (scalar: Uint8Array) => (scalar[0] ?? 0) < 0x7f
