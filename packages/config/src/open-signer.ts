import {
  algorithmsFor,
  type CallOptions,
  candidateAlgorithms,
  createSigner,
  fetchPublicKey,
  impliedAlgorithm,
  type ProviderDescriptor,
  type ProviderHost,
  type PublicKey,
  parseAlgorithm,
  type Signer,
  SigningError,
  type SigningProvider,
} from '@signport/core'
import { oneOf, printable } from '@signport/core/kit'
import type { SignerConfig } from './signer-config.js'
import { parseUri } from './uri.js'

/**
 * What whoever opens a signer adds to its configuration. Signal and time limit are for what is asked of the service
 * meanwhile: its public key, where that decides the algorithm.
 */
export interface OpenOptions extends CallOptions {
  /** The algorithm where the configuration names none; where it names another one, that is an error. */
  readonly algorithm?: string
  /** What callers may hand in: `message` by default, since a configuration is written for a program's users. */
  readonly inputs?: 'message' | 'digest' | 'both'
  readonly host?: ProviderHost
}

/** The providers that can be named, and how each is loaded when a signer needs it. */
const PROVIDERS = new Map<string, () => Promise<{ provider: ProviderDescriptor }>>([
  ['local', () => import('@signport/local')],
  ['aws-kms', () => import('@signport/aws-kms')],
  ['alibaba-kms', () => import('@signport/alibaba-kms')],
  ['trent-service', () => import('@signport/trent-service')],
])

/**
 * The signer of a configuration entry or of a URI such as `local:./dev.pem?algorithm=ES256`. Where neither names an
 * algorithm it is the one that the key allows; an RSA key allows several.
 *
 * @throws SigningError `Configuration` for what is not valid, and as `createSigner` does
 */
export async function openSigner(config: string | SignerConfig, options: OpenOptions = {}): Promise<Signer> {
  const entry = typeof config === 'string' ? parseUri(config) : config
  const provider = await openProvider(entry, options.host)
  try {
    const algorithm = await algorithmOf(entry, provider, options)
    return createSigner({ provider, keyId: entry.key, algorithm, inputs: options.inputs ?? 'message' })
  } catch (error) {
    await provider.close?.()
    throw error
  }
}

/** The public key of a configuration entry or URI, for which no algorithm needs to be known. No key is generated. */
export async function readPublicKey(
  config: string | SignerConfig,
  options: OpenOptions = {},
): Promise<PublicKey> {
  const entry = typeof config === 'string' ? parseUri(config) : config
  const provider = await openProvider(entry, options.host)
  try {
    return await fetchPublicKey(provider, entry.key, callOptions(options))
  } finally {
    await provider.close?.()
  }
}

async function openProvider(
  { provider: name, key, algorithm, ...options }: SignerConfig,
  host?: ProviderHost,
): Promise<SigningProvider> {
  const load = PROVIDERS.get(name)
  if (!load)
    throw new SigningError(
      'Configuration',
      `There is no provider ${printable(String(name))}; use ${oneOf([...PROVIDERS.keys()])}.`,
    )
  const { provider } = await load()
  return provider.create(await checked(provider, options), host)
}

async function checked(provider: ProviderDescriptor, options: object): Promise<object> {
  const schema = await provider.configSchema()
  const result = await schema['~standard'].validate(options)
  if (!result.issues) return result.value
  const issues = result.issues.map(({ message, path = [] }) => `${pathText(path)}${message}`)
  throw new SigningError(
    'Configuration',
    `The options of ${provider.name} are not valid: ${issues.join('; ')}`,
  )
}

function pathText(path: readonly (PropertyKey | { readonly key: PropertyKey })[]): string {
  const keys = path.map((step) => String(typeof step === 'object' ? step.key : step))
  return keys.length > 0 ? `${printable(keys.join('.'))}: ` : ''
}

function namedAlgorithm(
  { algorithm: configured }: SignerConfig,
  { algorithm: asked }: OpenOptions,
): string | undefined {
  if (configured === undefined || asked === undefined) return configured ?? asked
  const [ours, theirs] = [candidateAlgorithms(configured), candidateAlgorithms(asked)]
  // Of a name that leaves something open and one that does not, the second says what is meant.
  if (ours.some((row) => theirs.includes(row))) return ours.length <= theirs.length ? configured : asked
  const message = `The configuration names ${printable(configured)}, but ${printable(asked)} is asked for.`
  throw new SigningError('Configuration', message)
}

/** A vendor's name may leave the curve or the parameter set open, and there may be none: then the key decides. */
async function algorithmOf(
  entry: SignerConfig,
  provider: SigningProvider,
  options: OpenOptions,
): Promise<string> {
  const named = namedAlgorithm(entry, options)
  const [candidate, ...others] = named === undefined ? [] : candidateAlgorithms(named)
  if (candidate && others.length === 0) return candidate.name
  const publicKey = await existingKey(provider, entry.key, options)
  return named === undefined
    ? algorithmImplied(publicKey, entry.key)
    : parseAlgorithm(named, { publicKey }).name
}

function algorithmImplied(key: PublicKey, keyId: string): string {
  const implied = impliedAlgorithm(key)
  if (implied) return implied.name
  const possible = oneOf(algorithmsFor(key).map(({ name }) => name))
  const message = `The key ${printable(keyId)} can be used for ${possible}: name the algorithm.`
  throw new SigningError('Configuration', message)
}

async function existingKey(
  provider: SigningProvider,
  keyId: string,
  options: OpenOptions,
): Promise<PublicKey> {
  try {
    return await fetchPublicKey(provider, keyId, callOptions(options))
  } catch (cause) {
    if (!SigningError.is(cause, 'KeyNotFound')) throw cause
    const message = `${cause.message} A key that is still to be generated needs an algorithm: name it.`
    throw new SigningError('KeyNotFound', message, { provider: provider.name, cause })
  }
}

function callOptions({ signal, timeoutMs }: OpenOptions): CallOptions {
  return { ...(signal && { signal }), ...(timeoutMs !== undefined && { timeoutMs }) }
}
