import type { AlgorithmName, createSigner, SigningErrorCode, SigningProvider } from '@signport/core'

/** A key that the service has, and that the tests know from elsewhere: from its creation, or from a file. */
export interface ContractKey {
  /** By which name the provider is asked for it. */
  readonly keyId: string
  /** SubjectPublicKeyInfo, PEM or DER: not as the provider gives it, but as whoever made the key has it. */
  readonly publicKey: string | Uint8Array
  /** Other names of the same key that the provider must take: an ARN, an alias. */
  readonly otherNames?: readonly string[]
  /** What the service calls the key in its answers, where it does. */
  readonly reportedKeyId?: string
}

/** Takes something back. */
export type Undo = () => unknown

/** How the service is brought to fail in a certain way, and what must come of it. */
export interface FailureScenario {
  readonly code: SigningErrorCode
  /** In the words of a test's name: `a key that is disabled`. */
  readonly what: string
  /** The algorithm to sign with: the first that has a key, by default. */
  readonly algorithm?: AlgorithmName
  /** The key to ask for: that of the algorithm, by default. */
  readonly keyId?: string
  /** Whether the same call may succeed later. As the code says, by default. */
  readonly retryable?: boolean
  /** What fails in this way: signing and reading the public key, by default. */
  readonly shownBy?: readonly Operation[]
  /** A provider of its own for it, such as one with a wrong secret. */
  readonly create?: () => SigningProvider | Promise<SigningProvider>
  /** Brings the service into the state, for one call of one operation. */
  readonly prepare?: () => Promise<Undo> | Undo
}

/** What of a provider is called. */
export type Operation = 'sign' | 'getPublicKey' | 'probe'

/** A name that can be made to stand for another key. */
export interface MovableAlias {
  readonly algorithm: AlgorithmName
  readonly keyId: string
  /** SubjectPublicKeyInfo, PEM or DER, of the key that it stands for at first. */
  readonly before: string | Uint8Array
  /** The same of the key that it stands for once `move` has resolved. */
  readonly after: string | Uint8Array
  move(): Promise<Undo>
}

/** What the service behind a provider can be made to do. What it cannot needs an exclusion. */
export interface ContractCapabilities {
  /** Every failure that can be shown. */
  readonly failures?: readonly FailureScenario[]
  /** Makes the service take requests and not answer them. */
  readonly stall?: () => Promise<Undo> | Undo
  /** How many connections to the service are open at the moment. */
  readonly connections?: () => number
  readonly alias?: MovableAlias
  /** Algorithms whose signatures the service promises to have the lower s. */
  readonly lowS?: readonly AlgorithmName[]
  /** What no error may show: secret keys, tokens, passphrases that the provider was given. */
  readonly secrets?: readonly string[]
}

/** Cases that do not apply to a provider. */
export interface Exclusion {
  /** How the names of the cases begin. */
  readonly cases: string
  /** Why not, for whoever reads the list of what was not run. */
  readonly reason: string
}

/** What `describeSigningProvider` needs to know. */
export interface ContractOptions {
  /** The `test` of the runner: jest's, vitest's or that of node:test. */
  readonly test: (name: string, run: () => Promise<void>) => unknown
  /** Makes the provider; the suite closes each one that it asked for. */
  readonly create: () => SigningProvider | Promise<SigningProvider>
  /** `createSigner` of the `@signport/core` that the provider is meant for. */
  readonly createSigner: typeof createSigner
  /** A key for every algorithm that the provider supports. */
  readonly keys: Readonly<Partial<Record<AlgorithmName, ContractKey>>>
  readonly capabilities?: ContractCapabilities
  readonly exclusions?: readonly Exclusion[]
  /** Where the list of exclusions goes, a line at a time: to standard error, by default. */
  readonly print?: (line: string) => void
}
