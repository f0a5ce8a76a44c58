/** What the service of the measurements is to be like. */
export interface KmsOptions {
  readonly tls: boolean
  /** How long each answer takes besides the work for it, in milliseconds. */
  readonly latencyMs: number
  /** Without one, it may be asked as often as one likes. */
  readonly quota?: Quota
  /** Its signatures are of another message: to see who notices. */
  readonly forges?: boolean
}

/** How often a service lets itself be asked. */
export interface Quota {
  readonly perSecond: number
  /** How many requests may come at once after a pause. */
  readonly burst: number
}

/** The algorithms that it has a key for. */
export const KMS_ALGORITHMS = ['RS256', 'ES256'] as const

export type KmsAlgorithm = (typeof KMS_ALGORITHMS)[number]

/** What it tells who started it: all that goes through JSON. */
export interface Kms {
  readonly url: string
  /** The certificate that it is trusted by, as PEM; with TLS alone. */
  readonly ca?: string
  /** The only message that it signs, in base64. */
  readonly message: string
  readonly keys: Readonly<Record<KmsAlgorithm, KmsKey>>
}

export interface KmsKey {
  /** As PEM. */
  readonly publicKey: string
  readonly awsId: string
  readonly alibabaId: string
  /** Of Alibaba Cloud, where OpenAPI must be told one. */
  readonly version: string
}

/** As AWS calls the algorithms. */
export const AWS_NAMES = {
  RS256: 'RSASSA_PKCS1_V1_5_SHA_256',
  ES256: 'ECDSA_SHA_256',
} as const satisfies Record<KmsAlgorithm, string>

/** Where AWS's keys are, and what their names say. */
export const REGION = 'eu-central-1'

/** Nobody checks what a request is signed with: its length is that of real ones. */
export const AWS_CREDENTIALS = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
}

export const ALIBABA_CREDENTIALS = {
  accessKeyId: 'LTAI5tEXAMPLEEXAMPLEEXAM',
  accessKeySecret: 'EXAMPLEexampleEXAMPLEexample01',
}

/** What a ClientKey of an instance is called; the key itself is made by whoever signs with it. */
export const CLIENT_KEY_ID = 'KAAP.12345678-abcd-4000-8000-1234567890ab'
