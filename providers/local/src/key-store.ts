import { resolve } from 'node:path'
import { type Algorithm, SigningError } from '@signport/core'
import { oneOf, printable } from '@signport/core/kit'
import { generateKeyFile } from './generate.js'
import type { GeneratedKey, LocalOptions } from './local-options.js'
import { type PrivateKey, readPrivateKey } from './private-key.js'
import { readSecretFile } from './secret-file.js'

/** The keys of a provider, each read once: from memory, or from the file that its id is the path of. */
export class KeyStore {
  readonly #options: LocalOptions
  readonly #loading = new Map<string, Promise<PrivateKey>>()
  readonly #generating = new Map<string, Promise<void>>()

  constructor(options: LocalOptions) {
    this.#options = options
  }

  /** @throws SigningError `KeyNotFound`, and as `readSecretFile` and `readPrivateKey` do */
  get(keyId: string): Promise<PrivateKey> {
    const known = this.#loading.get(keyId)
    if (known) return known
    const loading = this.#read(keyId)
    this.#loading.set(keyId, loading)
    // A file that is not there, or not yet right, may be so the next time.
    loading.catch(() => this.#loading.delete(keyId))
    return loading
  }

  /** The key for signing, which alone makes one where there is none and the options allow it. */
  async getOrGenerate(keyId: string, algorithm: Algorithm, pinned: boolean): Promise<PrivateKey> {
    try {
      return await this.get(keyId)
    } catch (error) {
      if (!SigningError.is(error, 'KeyNotFound') || !this.#options.generate) throw error
      assertMayGenerate(this.#options.generate, keyId, pinned)
    }
    await this.#generate(keyId, algorithm)
    return this.get(keyId)
  }

  async #read(keyId: string): Promise<PrivateKey> {
    const { keys, generate = false, passphrase, allowGroupRead = false } = this.#options
    if (keys) return readPrivateKey(inMemory(keys, keyId), keyId, passphrase)
    const options = { what: 'key', advice: adviceOn(generate), allowGroupRead } as const
    const bytes = await readSecretFile(this.#path(keyId), keyId, options)
    return readPrivateKey(bytes, keyId, passphrase)
  }

  #generate(keyId: string, algorithm: Algorithm): Promise<void> {
    const running = this.#generating.get(keyId)
    if (running) return running
    const generating = this.#generateAndTell(keyId, algorithm).finally(() => this.#generating.delete(keyId))
    this.#generating.set(keyId, generating)
    return generating
  }

  async #generateAndTell(keyId: string, algorithm: Algorithm): Promise<void> {
    const path = this.#path(keyId)
    const mine = await generateKeyFile(path, keyId, algorithm)
    if (!mine) return
    const { publicKey } = await this.get(keyId)
    const { onGenerate = warn } = this.#options
    onGenerate({ path, algorithm: algorithm.name, thumbprint: publicKey.thumbprint })
  }

  #path(keyId: string): string {
    if (keyId === '' || keyId.includes('\0'))
      throw new SigningError('InvalidArgument', 'The key of a local signer must be the path of a file.', {
        provider: 'local',
      })
    return resolve(this.#options.baseFolder ?? '.', keyId)
  }
}

function inMemory(keys: NonNullable<LocalOptions['keys']>, keyId: string) {
  if (Object.hasOwn(keys, keyId)) return keys[keyId] as (typeof keys)[string]
  const has = `this provider has ${oneOf(Object.keys(keys).map((name) => printable(name))) || 'none'}`
  throw new SigningError('KeyNotFound', `There is no key ${printable(keyId)} in memory: ${has}.`, {
    provider: 'local',
    keyId,
  })
}

/** What to do where a key that is read is missing. */
function adviceOn(generate: NonNullable<LocalOptions['generate']>): string {
  if (!generate) return 'check the path, or set generate to make one'
  const why = objectionTo(generate)
  return why
    ? `check the path; none is generated because ${why}`
    : 'it is made by the first signature, so sign once'
}

function assertMayGenerate(generate: true | 'always', keyId: string, pinned: boolean): void {
  const why = pinned ? 'a certain key is pinned' : objectionTo(generate)
  if (!why) return
  const message = `There is no key file ${printable(keyId)}, and none is generated because ${why}.`
  throw new SigningError('KeyNotFound', message, { provider: 'local', keyId })
}

/** A program that runs for its users must not start to sign with a key that nobody knows. */
function objectionTo(generate: true | 'always'): string | undefined {
  const forbidden = process.env.NODE_ENV === 'production' && generate !== 'always'
  return forbidden ? `NODE_ENV is production (generate: 'always' permits it)` : undefined
}

function warn({ path, algorithm, thumbprint }: GeneratedKey): void {
  process.emitWarning(`Generated a key for ${algorithm} at ${printable(path)}, thumbprint ${thumbprint}`, {
    type: 'SignportKeyGenerated',
  })
}
