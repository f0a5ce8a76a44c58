/** What OpenAPI requests are signed with: an AccessKey of a RAM user, or temporary credentials of a role. */
export interface AlibabaKmsCredentials {
  readonly accessKeyId: string
  readonly accessKeySecret: string
  /** Of temporary credentials (STS). */
  readonly securityToken?: string | undefined
}

/** What is asked of a function that gives credentials. */
export interface AlibabaKmsCredentialsRequest {
  /** Those that it gave last have expired, or are not valid any more: others are needed, and not what it may have kept. */
  readonly forceRefresh?: boolean
}

/** Gives credentials; called before each request, so it should keep what it fetches for as long as that is valid. */
export type AlibabaKmsCredentialsCallback = (
  request: AlibabaKmsCredentialsRequest,
) => Promise<AlibabaKmsCredentials>

/** Keys by KMS's OpenAPI, through the vendor's client: digests only. */
export interface AlibabaKmsOpenApiOptions {
  readonly transport: 'openapi'
  /** The region of the keys, such as `cn-hangzhou`. It may be left out where there is an endpoint. */
  readonly region?: string | undefined
  /** The network that the region's host is reached from: `public` by default; `vpc` from within one. */
  readonly network?: 'public' | 'vpc' | undefined
  /** Another host than the region's, with a port if it needs one. http (`http://127.0.0.1:4599`) is for this machine. */
  readonly endpoint?: string | undefined
  /** Permits http to other machines, where everybody on the way can read tokens and change what is signed. */
  readonly allowInsecureHttp?: boolean | undefined
  /**
   * The version of the key that signs, which OpenAPI must be told. By default the key's only one; a key with several is
   * refused until one is named. It is a version of one key: make a provider for each key that has several.
   */
  readonly keyVersion?: string | undefined
  /**
   * Credentials or a function that gives them. By default what `@alicloud/credentials` finds (environment, OIDC, profiles,
   * a role of this machine), which goes to KMS and to this machine alone.
   */
  readonly credentials?: AlibabaKmsCredentials | AlibabaKmsCredentialsCallback | undefined
  /** How many requests are under way at once, each over a connection of its own: 64 by default. Further ones wait. */
  readonly maxConcurrency?: number | undefined
  /**
   * How many requests begin in a second. 180 by default, since an account has 200 in a region, for all its processes
   * together; none by default where the endpoint is an instance's, whose limit is its own.
   */
  readonly maxPerSecond?: number | undefined
}

/** Where the password of a ClientKey comes from, by one of three, and who may read files. */
export interface ClientKeyPassword {
  /** A file that holds it and that is closed to everybody but its owner, as the console offers it beside the ClientKey. */
  readonly passwordFile?: string | undefined
  /** The name of an environment variable that holds it. */
  readonly passwordEnv?: string | undefined
  /** A function that gives it, once. */
  readonly password?: (() => string | Promise<string>) | undefined
  /** Permits the group of the files to read them, for platforms that mount secrets so. Not permitted by default. */
  readonly allowGroupRead?: boolean | undefined
}

/** A ClientKey in the file that the console gives out (clientKey_….json); it is closed to everybody but its owner. */
export interface ClientKeyFile extends ClientKeyPassword {
  readonly file: string
}

/** What such a file holds, parsed. */
export interface ClientKeyContent extends ClientKeyPassword {
  readonly KeyId: string
  /** PKCS#12 in base64. */
  readonly PrivateKeyData: string
}

/** A ClientKey whose private key was taken out of its PKCS#12. */
export interface ClientKeyPair {
  readonly keyId: string
  /** RSA, as PEM that is not encrypted. */
  readonly privateKey: string
}

/** Keys of a KMS instance by the instance's own API: messages and digests, in its VPC only. */
export interface AlibabaKmsInstanceOptions {
  readonly transport: 'instance'
  /** `INSTANCE.cryptoservice.kms.aliyuncs.com`, with a port if it needs one. http is for this machine alone. */
  readonly endpoint: string
  /** What requests are signed with: the ClientKey of an application access point. */
  readonly clientKey: ClientKeyFile | ClientKeyContent | ClientKeyPair
  /** The certificates of the instance's private authority, as PEM, which are trusted instead of those that Node trusts. */
  readonly ca?: string | undefined
  /** The file that holds them (PrivateKmsCA_kst-….pem). */
  readonly caFile?: string | undefined
  /**
   * The version of the key that signs, where it has several. Only the vendor's migration SDK knows how an instance is told
   * (x-kms-migrationkeyversionid): an answer for another version is an error.
   */
  readonly keyVersion?: string | undefined
  /** The longest body of a request that the instance takes, in bytes. 3 MiB by default. */
  readonly maxBodyBytes?: number | undefined
  /** How many requests are under way at once, each over a connection of its own: 64 by default. Further ones wait. */
  readonly maxConcurrency?: number | undefined
  /** How many requests begin in a second. No limit by default: that of an instance depends on its tier. */
  readonly maxPerSecond?: number | undefined
}

/** What `createAlibabaKmsProvider` is told; `transport` says which of the two APIs the keys are used by. */
export type AlibabaKmsOptions = AlibabaKmsOpenApiOptions | AlibabaKmsInstanceOptions
