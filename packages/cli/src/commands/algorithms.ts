import { type Algorithm, type AlgorithmNames, algorithmNames, algorithms as rows } from '@signport/core'
import { jsonLine } from '../json-line.js'
import { print } from '../standard-output.js'
import { textTable } from '../text-table.js'

/** The options of `signport algorithms`, as the command line gives them. */
export interface AlgorithmsCommand {
  readonly json?: boolean
  /** Whose names are shown. By default those of two services, which is what 120 columns have room for. */
  readonly vendor?: keyof AlgorithmNames
}

/** Prints every algorithm and what must be known to use it. */
export async function algorithms({ json, vendor }: AlgorithmsCommand): Promise<void> {
  await print(json ? jsonLine(rows.map(description)) : await table(vendor ? [vendor] : ['aws', 'alibaba']))
}

function description(row: Algorithm) {
  const { name, key, digest, standard } = row
  return {
    name,
    key,
    hash: digest?.hash,
    digestBytes: digest?.bytes,
    digestKind: digest?.kind,
    signatureBytes: bytesOf(row),
    standard,
    names: algorithmNames(row),
  }
}

/** As r ‖ s for ECDSA; undefined for RSA, whose signatures are as long as the modulus, and for SM2, which is DER alone. */
function bytesOf(row: Algorithm): number | undefined {
  if (row.scheme === 'ecdsa') return 2 * row.scalarBytes
  return 'signatureBytes' in row ? row.signatureBytes : undefined
}

const TITLES: Record<keyof AlgorithmNames, string> = {
  jose: 'JOSE',
  aws: 'AWS KMS',
  alibaba: 'Alibaba KMS',
  google: 'Google Cloud KMS',
  azure: 'Azure Key Vault',
  jca: 'Java',
  webcrypto: 'WebCrypto',
  rfc9421: 'RFC 9421',
}

function table(vendors: readonly (keyof AlgorithmNames)[]): Promise<string> {
  const titles = vendors.map((vendor) => TITLES[vendor])
  return textTable(
    ['algorithm', 'key', 'digest bytes', 'signature bytes', ...titles],
    rows.map((row) => {
      const names = vendors.map((vendor) => namesOf(row, vendor))
      return [row.name, row.key, digestOf(row), lengthOf(row), ...names]
    }),
  )
}

/** One below the other, since a service may have several. */
function namesOf(row: Algorithm, vendor: keyof AlgorithmNames): string {
  const names = algorithmNames(row)[vendor].map((name) => (typeof name === 'string' ? name : inWords(name)))
  return names.join('\n') || '-'
}

/** An object of WebCrypto: its name, and its other members with their values. */
function inWords({ name, ...members }: AlgorithmNames['webcrypto'][number]): string {
  return [name, ...Object.entries(members).map(([member, value]) => `${member} ${value}`)].join(', ')
}

/** The digests that are no plain hash of the message. */
const DIGESTS = { 'sm2-za-message': ', with Z', 'ml-dsa-mu': ', mu' }

function digestOf({ digest }: Algorithm): string {
  return digest ? `${digest.bytes}${digest.kind ? DIGESTS[digest.kind] : ''}` : 'none'
}

function lengthOf(row: Algorithm): string {
  if (row.scheme === 'ecdsa') return `${bytesOf(row)}, as DER up to ${maxDerBytes(row.scalarBytes)}`
  if (row.scheme === 'sm2') return `DER up to ${maxDerBytes(row.scalarBytes)}`
  return String(bytesOf(row) ?? 'as the modulus')
}

/** Of P-521, the one curve whose order does not fill its bytes to the last bit. */
const P521_BYTES = 66

/** A SEQUENCE of two INTEGERs, which get a zero byte in front where the first bit of the number may be set. */
function maxDerBytes(scalarBytes: number): number {
  const integer = 2 + scalarBytes + (scalarBytes === P521_BYTES ? 0 : 1)
  return 2 * integer + (2 * integer < 128 ? 2 : 3)
}
