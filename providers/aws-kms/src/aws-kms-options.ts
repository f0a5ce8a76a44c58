import type {
  GetPublicKeyCommand,
  GetPublicKeyCommandOutput,
  KMSClientConfig,
  SignCommand,
  SignCommandOutput,
} from '@aws-sdk/client-kms'

/** Credentials as the SDK takes them: an identity, or a function that gives one, such as its credential providers. */
export type AwsKmsCredentials = NonNullable<KMSClientConfig['credentials']>

/**
 * What of a `KMSClient` is used, so that a wrapped one will do, too. What it throws with `$fault` and `$metadata`, as the
 * SDK's exceptions have, is taken for what KMS refused.
 */
export interface AwsKmsClient {
  send(command: SignCommand, options?: { abortSignal?: AbortSignal }): Promise<SignCommandOutput>
  send(
    command: GetPublicKeyCommand,
    options?: { abortSignal?: AbortSignal },
  ): Promise<GetPublicKeyCommandOutput>
  /** Its region is compared with that of a key's ARN before anything is sent. */
  readonly config?: { readonly region: () => Promise<string> }
}

/**
 * What `createAwsKmsProvider` is told. What is left out is found as the SDK finds it: in the environment, in the
 * shared configuration files, from the machine's role.
 */
export interface AwsKmsOptions {
  /** The region of the keys, such as `eu-west-1`. Given here, an ARN of another one fails when the signer is made. */
  readonly region?: string | undefined
  /** Another URL than that of the region. Plain http is for loopback alone, unless `allowInsecureHttp` is set. */
  readonly endpoint?: string | undefined
  /** Permits plain http to other machines: messages and session tokens can then be read on the way. */
  readonly allowInsecureHttp?: boolean | undefined
  /** The profile of the shared configuration files. */
  readonly profile?: string | undefined
  /** Needed where `endpoint` is neither AWS nor this machine: credentials that are only found are not sent there. */
  readonly credentials?: AwsKmsCredentials | undefined
  readonly useFipsEndpoint?: boolean | undefined
  readonly useDualstackEndpoint?: boolean | undefined
  /** How many requests are under way at once, and so how many connections there are; further ones wait. 64 by default. */
  readonly maxConcurrency?: number | undefined
  /** How many requests begin in a second; further ones wait. No limit by default. */
  readonly maxPerSecond?: number | undefined
  /** For grants that have not reached every part of the service yet; up to ten. */
  readonly grantTokens?: readonly string[] | undefined
  /**
   * A client that you made, instead of all options on how to connect. It keeps its own retries and time limits, and is
   * not destroyed when the signers are closed.
   */
  readonly client?: AwsKmsClient | undefined
}
