import Table from 'cli-table3'
import { cross, paint, tick } from './terminal.mjs'

const HEAD = ['signer', 'provider', 'key', 'sent', 'ms', 'signature', 'verified by', 'one bit flipped']

const hexOf = ({ bytes }) => Buffer.from(bytes).toString('hex')

/** Prints what each signer did with the same key and an algorithm that leaves nothing to chance. Gives what failed. */
export function printSigners(rows) {
  const table = new Table({
    head: HEAD.map((title) => paint('bold', title)),
    colAligns: ['left', 'left', 'left', 'left', 'right'],
    style: { head: [], border: [] },
    chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
  })
  table.push(...rows.map(cells))
  // Who could not sign is among the failures, and has no signature that could differ.
  const signatures = rows.flatMap(({ signature }) => (signature ? [hexOf(signature)] : []))
  const same = new Set(signatures).size <= 1
  const verdict = same ? 'one signature' : 'signatures that differ'
  console.log(String(table))
  if (signatures.length > 0) console.log(`${same ? tick : cross} ${signatures.length} signers, ${verdict}`)
  const failed = failuresOf(rows)
  return same ? failed : [...failed, { name: 'RS256', error: 'the signatures of one key differ' }]
}

/** Prints what jose said of a token of each signer. Gives what failed. */
export function printTokens({ keys, tokens }) {
  const failed = failuresOf(tokens)
  const one = keys.length === 1
  const set = one ? 'one key in the key set' : `${keys.length} keys in the key set`
  const accepted = `jose verifies ${tokens.length - failed.length}, and refuses them with another claim`
  console.log(`${one && failed.length === 0 ? tick : cross} ${tokens.length} tokens, ${set}: ${accepted}`)
  console.log(paint('dim', 'the services are played by the emulator, which checks every request\n'))
  return one ? failed : [...failed, { name: 'jwks', error: 'does not list the one key once' }]
}

const failuresOf = (rows) => rows.filter(({ verified }) => !verified)

function cells({ name, signer, signature, milliseconds = 0, verified, by }) {
  return [
    name,
    signer.provider,
    signer.keyId,
    signature?.messageType ?? '',
    milliseconds.toFixed(1),
    signature ? `${hexOf(signature).slice(0, 12)}…` : '',
    verified ? `${tick} ${by}` : `${cross} failed`,
    verified ? `${tick} refused` : cross,
  ]
}

/** Prints the algorithms, some to a line. Gives what failed. */
export function printAlgorithms(rows) {
  const marks = rows.map(({ name, verified }) => `${verified ? tick : cross} ${name}`)
  const middle = Math.ceil(marks.length / 2)
  const failed = failuresOf(rows)
  const others = new Set(rows.map(({ by }) => by).filter(Boolean))
  console.log(`${marks.slice(0, middle).join('  ')}\n${marks.slice(middle).join('  ')}`)
  console.log(
    `${failed.length === 0 ? tick : cross} ${rows.length - failed.length} of ${rows.length} algorithms`,
  )
  console.log(paint('dim', `each verified by ${[...others].join(', ')}\n`))
  return failed
}
