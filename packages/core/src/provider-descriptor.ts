import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { SigningProvider } from './provider.js'

/** What the program around a provider lends it. */
export interface ProviderHost {
  /** The folder that relative paths start from: that of the configuration file. The working directory by default. */
  readonly baseFolder?: string
  /** Asks the person at the terminal for a secret; absent where nobody sits there. */
  readonly askSecret?: (question: string) => Promise<string>
  /** Tells the person what happened that they would want to know, in one line. */
  readonly notify?: (message: string) => void
}

/** What a configured signer does with a key. */
export interface KeyUse<Options extends object = object> {
  /** As configured. */
  readonly keyId: string
  /** The provider's own part of the signer's configuration. */
  readonly options: Options
  readonly operations: readonly ('sign' | 'getPublicKey')[]
}

/** The least that a service must allow for the configured signers. */
export interface AccessPolicy {
  /** Whose it is, such as `AWS IAM`. */
  readonly kind: string
  /** The policy as the vendor takes it; absent where access is not given by a document. */
  readonly document?: object
  /** What a person must know besides, each a sentence: what to replace, what is granted elsewhere. */
  readonly notes: readonly string[]
}

/**
 * What a provider package exports as `provider`, so that a configuration can name it.
 *
 * @typeParam Options the provider's own part of a signer's configuration
 */
export interface ProviderDescriptor<Options extends object = object> {
  /** As in `provider:` of a configuration. */
  readonly name: string
  /** The schemes of its URIs, without the colon. */
  readonly uriSchemes: readonly string[]
  /**
   * The schema of `Options`, by any library that speaks Standard Schema. It is loaded when a configuration is read:
   * who creates signers in code pays nothing for it.
   */
  configSchema(): Promise<StandardSchemaV1<unknown, Options>>
  /**
   * Makes a provider with options that the schema gave. Reading a configuration makes one, too, to try the options and to
   * close it again. So it must be cheap, ask no service and nobody, and give a new object each time: every object is
   * closed by whoever had it made.
   *
   * @throws SigningError `Configuration` for options that cannot go together, naming the one that is wrong first
   */
  create(options: Options, host?: ProviderHost): SigningProvider
  /** The policies that the uses need, as few as possible. Pure: nothing is asked of the service. */
  accessPolicies?(uses: readonly KeyUse<Options>[]): readonly AccessPolicy[]
}
