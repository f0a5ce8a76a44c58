import type { KeyRecord } from '../../keys/key-record.js'
import type { KeySpec, KeyUsage } from '../../keys/key-spec.js'
import type { SigningAlgorithmName } from '../../keys/signing-algorithm.js'

/** What a key is for, as Alibaba Cloud calls it. */
const USAGES = { 'SIGN/VERIFY': 'SIGN_VERIFY', 'ENCRYPT/DECRYPT': 'ENCRYPT_DECRYPT' } as const

/** What a key is for. */
export type AlibabaUsage = keyof typeof USAGES

interface KeyKindRow {
  /** As Alibaba Cloud calls it. */
  readonly name: string
  /** The usual one first. */
  readonly usages: readonly AlibabaUsage[]
  /** What it signs with, by Alibaba Cloud's names; the first is meant where none is named. */
  readonly algorithms: ReadonlyMap<string, SigningAlgorithmName>
}

/** A kind of key that Alibaba Cloud has. */
export interface KeyKind extends KeyKindRow {
  /** As the store calls it. */
  readonly spec: KeySpec
}

/** A key as Alibaba Cloud shows it. */
export interface VisibleKind extends KeyKind {
  readonly usage: AlibabaUsage
}

const rsa = (name: string): KeyKindRow => ({
  name,
  usages: ['SIGN/VERIFY', 'ENCRYPT/DECRYPT'],
  algorithms: new Map([
    ['RSA_PSS_SHA_256', 'RSASSA_PSS_SHA_256'],
    ['RSA_PKCS1_SHA_256', 'RSASSA_PKCS1_V1_5_SHA_256'],
  ]),
})

const onCurve = (name: string): KeyKindRow => ({
  name,
  usages: ['SIGN/VERIFY'],
  algorithms: new Map([['ECDSA_SHA_256', 'ECDSA_SHA_256']]),
})

/** By the names of the store. */
const ROWS: Partial<Record<KeySpec, KeyKindRow>> = {
  SYMMETRIC_DEFAULT: { name: 'Aliyun_AES_256', usages: ['ENCRYPT/DECRYPT'], algorithms: new Map() },
  RSA_2048: rsa('RSA_2048'),
  RSA_3072: rsa('RSA_3072'),
  RSA_4096: rsa('RSA_4096'),
  ECC_NIST_P256: onCurve('EC_P256'),
  ECC_SECG_P256K1: onCurve('EC_P256K'),
  SM2: {
    name: 'EC_SM2',
    usages: ['SIGN/VERIFY', 'ENCRYPT/DECRYPT'],
    algorithms: new Map([['SM2DSA', 'SM2DSA']]),
  },
}

const KINDS: ReadonlyMap<string, KeyKind> = new Map(
  Object.entries(ROWS).map(([spec, row]) => [row.name, { ...row, spec: spec as KeySpec }]),
)

/** The kind of a name; undefined when Alibaba Cloud has no such kind. */
export function keyKind(name: string): KeyKind | undefined {
  return KINDS.get(name)
}

/** The kind of a key; undefined when Alibaba Cloud has none like it: then it cannot be seen there at all. */
export function kindOf({ spec, usage }: Pick<KeyRecord, 'spec' | 'usage'>): VisibleKind | undefined {
  const row = ROWS[spec]
  const shown = row?.usages.find((each) => USAGES[each] === usage)
  return row && shown && { ...row, spec, usage: shown }
}

/** The use of a key as the store calls it. */
export function storedUsage(usage: AlibabaUsage): KeyUsage {
  return USAGES[usage]
}
