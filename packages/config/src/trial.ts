import {
  type Algorithm,
  createSigner,
  type SignerOptions,
  SigningError,
  type SigningProvider,
} from '@signport/core'
import { printable, typeName } from '@signport/core/kit'
import type { Connections } from './connections.js'
import type { ConnectionDetails } from './entry.js'
import { messageTypeRefusal } from './message-type.js'
import type { CommonConfig } from './signer-schema.js'

/** What is wrong, and with which of the options; undefined where that is not known. */
export interface Finding {
  readonly option: string | undefined
  readonly message: string
}

/** The options of a signer that core checks for an algorithm. */
const OPTIONS = [
  'kid',
  'encoding',
  'messageType',
  'inputs',
  'check',
  'saltLength',
  'lowS',
  'userId',
  'context',
  'thumbprint',
  'publicKey',
  'timeoutMs',
  'attemptTimeoutMs',
  'maxAttempts',
] as const satisfies readonly (keyof SignerOptions & keyof CommonConfig)[]

/**
 * Makes a signer with each option by itself, which asks nobody for anything: what core refuses is a mistake there.
 *
 * @param rows the algorithms that may be meant; one that takes the option is enough
 */
export function tryOptions(common: CommonConfig, rows: readonly Algorithm[]): Finding[] {
  return OPTIONS.flatMap((option) => {
    // The key in a file is read when the signer is opened.
    if (common[option] === undefined || (option === 'publicKey' && !isPem(common[option]))) return []
    const error = refusal(rows, (algorithm) => ({
      provider: anyProvider(),
      algorithm,
      [option]: common[option],
    }))
    return error ? [{ option, message: error.message }] : []
  })
}

/** Whether a pin is the key itself, and not the path of its file. */
export const isPem = (publicKey: unknown) => String(publicKey).includes('-----BEGIN')

/**
 * Makes the provider, and a signer with it: no provider asks a service for anything before the first call.
 *
 * @param trials the providers that this reading makes, and whoever reads closes
 * @param given the names of the options that the entry has
 */
export function tryProvider(
  trials: Connections,
  connection: ConnectionDetails,
  common: CommonConfig,
  rows: readonly Algorithm[],
  given: readonly string[],
): Finding[] {
  try {
    const provider = onTrial(trials.get(connection))
    const { key, algorithm, messageType } = common
    const error = refusal(rows, (row) => ({ provider, keyId: key, algorithm: row }))
    if (error) return [findingOf(error, algorithm)]
    const refusals = messageType === undefined ? [] : refusalsOf(messageType, key, provider, rows)
    const [message] = refusals
    return message === undefined || refusals.includes(undefined) ? [] : [{ option: 'messageType', message }]
  } catch (error) {
    const message = messageOf(error, connection.descriptor.name)
    return [{ option: firstNamed(message, given), message }]
  }
}

/** What each algorithm that the provider has says of what is to be sent. */
function refusalsOf(
  messageType: CommonConfig['messageType'],
  key: string,
  provider: SigningProvider,
  rows: readonly Algorithm[],
): (string | undefined)[] {
  const had = rows.filter(
    (row) => refusal([row], (algorithm) => ({ provider, keyId: key, algorithm })) === undefined,
  )
  return had.map((row) => messageTypeRefusal(messageType, row, key, provider))
}

/** What refuses all rows, at its most telling; undefined where one of them can be used. */
function refusal(
  rows: readonly Algorithm[],
  optionsFor: (name: string) => Omit<SignerOptions, 'keyId'> & { readonly keyId?: string },
): SigningError | undefined {
  const refusals: { name: string; error: SigningError }[] = []
  for (const { name } of rows)
    try {
      createSigner({ keyId: 'any', ...optionsFor(name) })
      return undefined
    } catch (error) {
      if (!SigningError.is(error)) throw error
      refusals.push({ name, error })
    }
  // Where nobody named an algorithm, it says nothing that another one does not know the option.
  const telling = refusals.find(({ name, error }) => !error.message.includes(name))
  return (telling ?? refusals[0])?.error
}

function findingOf(error: SigningError, algorithm: string | undefined): Finding {
  const ofAlgorithm = SigningError.is(error, 'UnsupportedAlgorithm') && algorithm !== undefined
  const message = messageOf(error, error.provider ?? '')
  return { option: ofAlgorithm ? 'algorithm' : 'key', message }
}

/** Errors of others than ours may hold anything. */
function messageOf(error: unknown, provider: string): string {
  if (!SigningError.is(error)) return `the provider ${printable(provider)} failed with ${typeName(error)}`
  return error.message.startsWith(`${provider}: `) ? error.message.slice(provider.length + 2) : error.message
}

/** The option that a message names first. */
const firstNamed = (message: string, names: readonly string[]) =>
  message.split(/\W+/).find((word) => names.includes(word))

const never = async () => {
  throw new TypeError('No signer that is only tried out is used.')
}

/** Core counts the signers of a provider and closes it with the last: those that are tried out do not count. */
function onTrial(provider: SigningProvider | undefined): SigningProvider {
  return {
    name: provider?.name ?? '',
    support: (algorithm, keyId) => provider?.support(algorithm, keyId),
    sign: never,
    getPublicKey: never,
  }
}

function anyProvider(): SigningProvider {
  const support = { inputs: ['digest'], raw: { minBytes: 0, maxBytes: 0 } } as const
  return {
    name: 'any',
    support: ({ name }) => ({ wireName: name, ...support }),
    sign: never,
    getPublicKey: never,
  }
}
