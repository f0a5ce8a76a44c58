import type { CredentialsCallback, TrentServiceCredentials } from './credentials.js'
import type { SignedHeadersOption } from './signed-headers.js'

/** What `createTrentServiceClient` is told: where the server is, and how it knows its callers. */
export interface TrentServiceClientOptions {
  /**
   * The URL of the server, with a path if it has one. By default AWS KMS in `region`. http is for this machine, unless
   * `allowInsecureHttp` permits it elsewhere.
   */
  readonly endpoint?: string | undefined
  /**
   * The region that requests are signed for. AWS needs it; for other servers it is `us-east-1` by default. When it is
   * given, an ARN of another region is refused.
   */
  readonly region?: string | undefined
  /** Whether AWS's FIPS endpoint of the region is used. */
  readonly fips?: boolean | undefined
  /** How requests are signed: AWS Signature Version 4, which is the default, or not at all. */
  readonly auth?: 'sigv4' | 'none' | undefined
  /**
   * What requests are signed with, or a function that gives it. By default AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and
   * AWS_SESSION_TOKEN of the environment, which go to AWS KMS and to this machine only.
   */
  readonly credentials?: TrentServiceCredentials | CredentialsCallback | undefined
  /** Which headers are signed; `all` by default. */
  readonly signedHeaders?: SignedHeadersOption | undefined
  /** The certificates of a private authority, as PEM, which are trusted instead of those that Node trusts. */
  readonly ca?: string | undefined
  /** Whether http may go to another machine, where everybody on the way can read and change it. Not by default. */
  readonly allowInsecureHttp?: boolean | undefined
  /** How many requests are under way at once, and so how many connections there are; further ones wait. 64 by default. */
  readonly maxConcurrency?: number | undefined
}

/** What `createTrentServiceProvider` is told. */
export interface TrentServiceOptions extends TrentServiceClientOptions {
  /**
   * What the server calls algorithms that it has other names for than AWS, such as `{ Ed25519: 'EDDSA_ED25519' }`. Their
   * keys are any names that `parseAlgorithm` reads.
   */
  readonly algorithmNames?: Readonly<Record<string, string>> | undefined
  /** How many requests begin in a second; further ones wait. No limit by default. */
  readonly maxPerSecond?: number | undefined
  /** Sent with every request, for grants that have not reached every part of the service yet; up to ten. */
  readonly grantTokens?: readonly string[] | undefined
}
