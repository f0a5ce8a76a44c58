import { type Algorithm, algorithms as rows } from '@signport/core'
import { jsonLine } from '../json-line.js'
import { print } from '../standard-output.js'

/** The options of `signport algorithms`, as the command line gives them. */
export interface AlgorithmsCommand {
  readonly json?: boolean
}

/** Prints every algorithm and what must be known to use it. */
export async function algorithms({ json }: AlgorithmsCommand): Promise<void> {
  await print(json ? jsonLine(rows.map(description)) : await table())
}

function description(row: Algorithm) {
  const { name, key, digest, standard } = row
  return { name, key, hash: digest?.hash, digestBytes: digest?.bytes, signatureBytes: bytesOf(row), standard }
}

/** As r ‖ s for ECDSA; undefined for RSA, whose signatures are as long as the modulus. */
function bytesOf(row: Algorithm): number | undefined {
  if (row.scheme === 'ecdsa') return 2 * row.scalarBytes
  return row.scheme === 'eddsa' ? row.signatureBytes : undefined
}

const RULES = ['top', 'bottom', 'left', 'mid', 'right'].flatMap((side) => [
  side,
  ...['left', 'mid', 'right'].map((end) => `${side}-${end}`),
])

async function table(): Promise<string> {
  const { default: Table } = await import('cli-table3')
  const lines = new Table({
    head: ['algorithm', 'key', 'digest bytes', 'signature bytes'],
    chars: { ...Object.fromEntries(RULES.map((rule) => [rule, ''])), middle: '   ' },
    // Not even the colours that it gives to a head by itself.
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  })
  for (const row of rows) lines.push([row.name, row.key, row.digest?.bytes ?? 'none', lengthOf(row)])
  return `${lines.toString().replaceAll(/ +$/gm, '')}\n`
}

function lengthOf(row: Algorithm): string {
  if (row.scheme === 'ecdsa') return `${bytesOf(row)}, as DER up to ${maxDerBytes(row.scalarBytes)}`
  return String(bytesOf(row) ?? 'as the modulus')
}

/** Of P-521, the one curve whose order does not fill its bytes to the last bit. */
const P521_BYTES = 66

/** A SEQUENCE of two INTEGERs, which get a zero byte in front where the first bit of the number may be set. */
function maxDerBytes(scalarBytes: number): number {
  const integer = 2 + scalarBytes + (scalarBytes === P521_BYTES ? 0 : 1)
  return 2 * integer + (2 * integer < 128 ? 2 : 3)
}
