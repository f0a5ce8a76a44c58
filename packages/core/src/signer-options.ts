import { type Algorithm, algorithms } from './algorithm.js'
import { assertTimeout } from './call.js'
import { assertOneOf } from './choice.js'
import { type Clock, systemClock } from './clock.js'
import { type Connection, connectionOf } from './connection.js'
import { type CheckOptions, type Demands, readDemands } from './demands.js'
import { ECDSA_ENCODINGS, type EcdsaEncoding } from './ecdsa-signature.js'
import { SigningError } from './error.js'
import { type KeyChange, warnOfKeyChange } from './key-change.js'
import { assertMaxAttempts } from './limits.js'
import type { ParameterOptions } from './parameters.js'
import { type AlgorithmInput, resolveAlgorithm } from './parse-algorithm.js'
import { MESSAGE_TYPES, type MessageTypeChoice } from './plan.js'
import type { AlgorithmSupport, CheckPolicy, SigningProvider } from './provider.js'
import { PublicKey, type PublicKeyInput } from './public-key.js'
import { oneOf, printable, typeName } from './text.js'

/** What `createSigner` is told: a provider, its key, the algorithm; all else has a default. */
export interface SignerOptions extends ParameterOptions, CheckOptions {
  readonly provider: SigningProvider
  /** The key, by the provider's own kind of name: a path, an id, an ARN, an alias. */
  readonly keyId: string
  /** An algorithm's name, such as `ES256`, or what a vendor calls it. */
  readonly algorithm: AlgorithmInput
  /** What tokens and key sets call the key (`kid`, RFC 7515 section 4.1.4): its RFC 7638 thumbprint by default. */
  readonly kid?: string
  /** The layout of ECDSA signatures: `der` by default; `ieee-p1363` (r ‖ s) is what JOSE, COSE and WebCrypto use. */
  readonly encoding?: EcdsaEncoding
  /** What is sent to the service: `auto` by default, a digest wherever algorithm and service take one. */
  readonly messageType?: MessageTypeChoice
  /** What callers may hand in: `both` by default. A signer of digests signs whatever its callers choose. */
  readonly inputs?: 'message' | 'digest' | 'both'
  /**
   * When a signature is verified in this process before it is released. By default as the provider says: always
   * for services, never for keys in this process, there once for each key when one is pinned.
   */
  readonly check?: CheckPolicy
  /** The deadline of a call that has none of its own, in milliseconds: 30,000 by default, none for keys in this process. */
  readonly timeoutMs?: number
  /** How long the service may take to answer, in milliseconds: 5,000 by default, no limit for keys in this process. */
  readonly attemptTimeoutMs?: number
  /**
   * How often the service is asked at most, from 1 to 10: what fails and may pass (`retryable`) is tried again within the
   * deadline, after a pause that grows. By default as the provider says, which is 3 times; once for keys in this process. Expired
   * credentials and a wrong clock are mended besides, once in a call.
   */
  readonly maxAttempts?: number
  /** What time is measured by. For tests. */
  readonly clock?: Clock
  /** What pauses are chosen by, as `Math.random`, which it is by default. For tests. */
  readonly random?: () => number
  /** Pins the key itself: it is not fetched, and a signature by another one is `KeyMismatch`. */
  readonly publicKey?: PublicKeyInput
  /** Pins the key by its RFC 7638 thumbprint (base64url) or `sha256:` and the hex SHA-256 of its SPKI. */
  readonly thumbprint?: string
  /**
   * Told when the name of the key has come to stand for another key, as an alias does that was repointed. Without it,
   * the process emits a warning. A pinned key cannot change.
   */
  readonly onKeyChange?: (change: KeyChange) => void
}

/** The options, read and complete. */
export interface SignerSettings {
  readonly provider: SigningProvider
  readonly keyId: string
  readonly kid: string | undefined
  readonly algorithm: Algorithm
  readonly support: AlgorithmSupport
  readonly encoding: EcdsaEncoding
  readonly messageType: MessageTypeChoice
  readonly inputs: 'message' | 'digest' | 'both'
  readonly check: CheckPolicy
  readonly timeoutMs: number | undefined
  readonly attemptTimeoutMs: number | undefined
  readonly maxAttempts: number
  readonly clock: Clock
  readonly random: () => number
  readonly connection: Connection | undefined
  readonly onKeyChange: (change: KeyChange) => void
  readonly pin: PublicKey | string | undefined
  readonly demands: Demands
}

export function readSignerOptions(options: SignerOptions): SignerSettings {
  const { provider, keyId, kid, encoding = 'der', messageType = 'auto', inputs = 'both' } = options
  if (typeof keyId !== 'string') throw new TypeError(`keyId must be a string, not ${typeName(keyId)}.`)
  assertKid(kid)
  const pin = readPin(options)
  const key = pin instanceof PublicKey ? pin : undefined
  const algorithm = resolveAlgorithm(options.algorithm, key, 'the pinned key')
  const check = options.check ?? defaultCheck(provider, pin)
  assertOneOf('encoding', encoding, ECDSA_ENCODINGS)
  assertOneOf('messageType', messageType, MESSAGE_TYPES)
  assertOneOf('inputs', inputs, ['message', 'digest', 'both'])
  assertOneOf('check', check, ['always', 'first', 'never'])
  return {
    provider,
    keyId,
    kid,
    algorithm,
    support: supportOf(provider, algorithm, keyId),
    encoding,
    messageType,
    inputs,
    check,
    ...readRequestOptions(options),
    onKeyChange: options.onKeyChange ?? warnOfKeyChange,
    pin,
    demands: readDemands(options, algorithm),
  }
}

/** @throws SigningError `InvalidArgument` for a name that some log, header or URL could not hold */
function assertKid(kid: unknown): void {
  if (kid === undefined) return
  if (typeof kid !== 'string') throw new TypeError(`kid must be a string, not ${typeName(kid)}.`)
  if (/^[\x20-\x7e]{1,200}$/.test(kid)) return
  throw new SigningError(
    'InvalidArgument',
    `kid must be a text of 1 to 200 printable ASCII characters, not ${printable(kid) || 'an empty one'}.`,
  )
}

function supportOf(provider: SigningProvider, algorithm: Algorithm, keyId: string): AlgorithmSupport {
  const support = provider.support(algorithm, keyId)
  if (support) return support
  const has = algorithms.filter((each) => provider.support(each, keyId)).map(({ name }) => name)
  throw new SigningError(
    'UnsupportedAlgorithm',
    `${provider.name} has no ${algorithm.name}; it has ${oneOf(has)}.`,
    {
      provider: provider.name,
    },
  )
}

function readPin({ publicKey, thumbprint }: SignerOptions): PublicKey | string | undefined {
  if (publicKey === undefined) return thumbprint === undefined ? undefined : readThumbprint(thumbprint)
  if (thumbprint === undefined) return PublicKey.from(publicKey)
  throw new SigningError('InvalidArgument', 'Pin the key by publicKey or by thumbprint, not by both.')
}

/** 32 bytes, base64url or hexadecimal: a pin that can match nothing is a mistake to report at once. */
function readThumbprint(thumbprint: string): string {
  if (/^[\w-]{43}$/.test(thumbprint) || /^sha256:[0-9a-f]{64}$/.test(thumbprint)) return thumbprint
  const expected = `an RFC 7638 thumbprint (43 base64url characters) or 'sha256:' and 64 hexadecimal digits`
  throw new SigningError(
    'InvalidArgument',
    `thumbprint must be ${expected}, not ${printable(String(thumbprint))}.`,
  )
}

/** One check proves that a key in this process is the pinned one; it cannot change behind its name later. */
function defaultCheck({ inProcess }: SigningProvider, pin: unknown): CheckPolicy {
  if (!inProcess) return 'always'
  return pin === undefined ? 'never' : 'first'
}

/** The deadline of a call, and within it that of one answer, in milliseconds; and how often one is asked for. */
const SERVICE_TIMES = { timeoutMs: 30_000, attemptTimeoutMs: 5_000, maxAttempts: 3 }

const OWN_TIMES = { timeoutMs: undefined, attemptTimeoutMs: undefined, maxAttempts: 1 }

/** What of the options says how a service is asked. */
export type RequestOptions = Pick<
  SignerOptions,
  'provider' | 'timeoutMs' | 'attemptTimeoutMs' | 'maxAttempts' | 'clock' | 'random'
>

/** @throws SigningError `InvalidArgument` */
export function readRequestOptions(options: RequestOptions) {
  const { provider, clock = systemClock, random = Math.random } = options
  const usual = provider.inProcess ? OWN_TIMES : SERVICE_TIMES
  const { timeoutMs = usual.timeoutMs, attemptTimeoutMs = usual.attemptTimeoutMs } = options
  const { maxAttempts = provider.limits?.maxAttempts ?? usual.maxAttempts } = options
  assertTimeout('timeoutMs', timeoutMs)
  assertTimeout('attemptTimeoutMs', attemptTimeoutMs)
  const connection = connectionOf(provider, clock)
  assertMaxAttempts(maxAttempts)
  return { timeoutMs, attemptTimeoutMs, maxAttempts, clock, random, connection }
}
