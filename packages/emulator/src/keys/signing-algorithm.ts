/** What a signing algorithm does, and in which forms it takes a message. */
export interface SigningAlgorithm {
  readonly name: SigningAlgorithmName
  readonly scheme: 'pkcs1' | 'pss' | 'ecdsa' | 'ed25519' | 'ed25519ph' | 'ml-dsa' | 'sm2'
  /** Of the message, as node:crypto calls it; where the scheme hashes in its own way, nothing here asks for it. */
  readonly hash: string
  /** The forms that it takes, each with the exact length that bytes in it have; the message itself has none. */
  readonly forms: ReadonlyMap<MessageType, number | undefined>
  /** How its signatures differ from the usual ones, valid though they are: for faults. */
  readonly variant?: 'maximumSalt' | 'highS'
}

/** How AWS calls the forms that a message is sent in. */
export const MESSAGE_TYPES = ['RAW', 'DIGEST', 'EXTERNAL_MU'] as const

/** The form of a message. */
export type MessageType = (typeof MESSAGE_TYPES)[number]

type Row = Omit<SigningAlgorithm, 'name'>

const RAW = ['RAW', undefined] as const

function hashed(scheme: Row['scheme'], hash: string, bytes: number): Row {
  return { scheme, hash, forms: new Map([RAW, ['DIGEST', bytes]]) }
}

const ROWS = {
  RSASSA_PSS_SHA_256: hashed('pss', 'sha256', 32),
  RSASSA_PSS_SHA_384: hashed('pss', 'sha384', 48),
  RSASSA_PSS_SHA_512: hashed('pss', 'sha512', 64),
  RSASSA_PKCS1_V1_5_SHA_256: hashed('pkcs1', 'sha256', 32),
  RSASSA_PKCS1_V1_5_SHA_384: hashed('pkcs1', 'sha384', 48),
  RSASSA_PKCS1_V1_5_SHA_512: hashed('pkcs1', 'sha512', 64),
  ECDSA_SHA_256: hashed('ecdsa', 'sha256', 32),
  ECDSA_SHA_384: hashed('ecdsa', 'sha384', 48),
  ECDSA_SHA_512: hashed('ecdsa', 'sha512', 64),
  SM2DSA: hashed('sm2', 'sm3', 32),
  ML_DSA_SHAKE_256: { scheme: 'ml-dsa', hash: 'shake256', forms: new Map([RAW, ['EXTERNAL_MU', 64]]) },
  ED25519_SHA_512: { scheme: 'ed25519', hash: 'sha512', forms: new Map([RAW]) },
  ED25519_PH_SHA_512: { scheme: 'ed25519ph', hash: 'sha512', forms: new Map([['DIGEST', 64]]) },
} as const satisfies Record<string, Row>

/** A signing algorithm by the name that AWS gives it. */
export type SigningAlgorithmName = keyof typeof ROWS

/** The names, in the order in which AWS lists them. */
export const SIGNING_ALGORITHM_NAMES = Object.keys(ROWS) as SigningAlgorithmName[]

/** The row of a name. */
export function signingAlgorithm(name: SigningAlgorithmName): SigningAlgorithm {
  return { name, ...ROWS[name] }
}
