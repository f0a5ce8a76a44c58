import { readFileSync } from 'node:fs'
import { parseSync } from '@swc/core'

/**
 * Every single change of the table of algorithms that `npm run mutate` tries. A mutant is a file of core's build, the
 * change in words, and the text that the file becomes. Each fact and each name of each row changes, and each literal in
 * the files that hold what the rows build on.
 *
 * @param dist the URL of core's build, with a slash at its end
 */
export async function mutantsOf(dist) {
  const { algorithms } = await import(new URL('algorithm.js', dist))
  const { algorithmNames } = await import(new URL('algorithm-names.js', dist))
  const read = (file) => ({ file, source: readFileSync(new URL(file, dist)) })
  const table = read('algorithm.js')
  const names = read('algorithm-names.js')
  return [
    ...algorithms.flatMap((row, index) => changedRows(table, row, index)),
    ...algorithms.flatMap((row) => changedNames(names, row.name, algorithmNames(row))),
    ...BASES.flatMap((file) => changedLiterals(read(file))),
  ]
}

/** Object identifiers, lengths, curves and paddings. */
const BASES = ['ml-dsa.js', 'sm2.js', 'emsa.js', 'ed25519ph.js', 'low-s.js']

/** Facts that are one of a few words become each of the others. Every other text has a letter changed. */
const WORDS = {
  key: [
    'RSA',
    'P-256',
    'P-384',
    'P-521',
    'secp256k1',
    'Ed25519',
    'SM2',
    'ML-DSA-44',
    'ML-DSA-65',
    'ML-DSA-87',
  ],
  scheme: ['rsassa-pkcs1-v1_5', 'rsassa-pss', 'ecdsa', 'eddsa', 'ed25519ph', 'ml-dsa', 'sm2'],
  hash: ['sha256', 'sha384', 'sha512', 'sm3', 'shake256'],
  kind: ['sm2-za-message', 'ml-dsa-mu'],
}

function changedRows({ file, source }, row, index) {
  return changesOf(row).map((change) => ({
    file,
    change: inWords(row.name, row, change),
    text: `${source}\n${codeOf(`algorithms[${index}]`, change)}`,
  }))
}

/** The index of the names is made when the module is loaded, so the change comes right behind the names. */
function changedNames({ file, source }, row, names) {
  const { span } = parsed(source).body.find(({ declarations }) => declarations?.[0].id.value === 'NAMES')
  const place = span.end - 1
  return changesOfNames(names).map((change) => ({
    file,
    change: inWords(row, names, change),
    text: `${source.subarray(0, place)}\n${codeOf(`NAMES['${row}']`, change)}${source.subarray(place)}`,
  }))
}

/** Each leaf becomes something else, and each member goes away. */
function changesOf(value, path = []) {
  if (typeof value !== 'object') return othersOf(path.at(-1), value).map((to) => ({ path, to }))
  return Object.entries(value).flatMap(([member, part]) => [
    ...changesOf(part, [...path, member]),
    { path: [...path, member], to: undefined },
  ])
}

/** Each name becomes another and goes away, and where there is none, one is made up. */
function changesOfNames(names) {
  return Object.entries(names).flatMap(([vendor, list]) => [
    ...list.flatMap((name, index) => [
      ...changesOf(name, [vendor, index]),
      { path: [vendor], to: list.filter((other) => other !== name) },
    ]),
    ...(list.length > 0 ? [] : [{ path: [vendor], to: [vendor === 'webcrypto' ? { name: 'X1' } : 'X1'] }]),
  ])
}

function othersOf(member, value) {
  if (typeof value === 'number') return [value + 1, value - 1]
  if (typeof value === 'boolean') return [!value]
  return WORDS[member]?.filter((word) => word !== value) ?? [altered(value)]
}

/** A text whose last letter or digit is the next one. */
function altered(text) {
  const next = { 9: '0', z: 'y', Z: 'Y' }
  return text.replace(
    /[0-9a-z](?=[^0-9a-z]*$)/i,
    (last) => next[last] ?? String.fromCharCode(last.charCodeAt(0) + 1),
  )
}

/** Rows share parts of each other: what is changed is a copy. */
function codeOf(object, { path, to }) {
  const place = `copy${path.map((step) => `[${JSON.stringify(step)}]`).join('')}`
  const change = to === undefined ? `delete ${place}` : `${place} = ${JSON.stringify(to)}`
  return `{ const copy = structuredClone(${object}); ${change}; ${object} = copy }\n`
}

function inWords(row, value, { path, to }) {
  const from = path.reduce((part, step) => part[step], value)
  const shown = (part) => (part === undefined ? 'nothing' : JSON.stringify(part))
  return `${row} ${path.join('.')}: ${shown(from)} -> ${shown(to)}`
}

function changedLiterals({ file, source }) {
  return literalsOf(parsed(source)).flatMap(({ type, span }) => {
    // swc counts bytes, from 1.
    const [start, end] = [span.start - 1, span.end - 1]
    const [before, old, after] = [
      source.subarray(0, start),
      source.subarray(start, end),
      source.subarray(end),
    ]
    const line = `${before}`.split('\n').at(-1) + old + `${after}`.split('\n', 1)[0]
    return otherCodes(type, String(old)).map((to) => ({
      file,
      change: `${shortened(line.trim())} | ${shortened(String(old))} -> ${shortened(to)}`,
      text: before + to + after,
    }))
  })
}

const parsed = (source) => parseSync(String(source), { syntax: 'ecmascript', target: 'es2022' })

const shortened = (text) => (text.length > 90 ? `${text.slice(0, 44)} … ${text.slice(-43)}` : text)

/** The literals that mean something: not what is imported, not messages, and not what stands in for what is never missing. */
function literalsOf(node) {
  if (typeof node !== 'object' || node === null) return []
  if (/^(Boolean|Numeric|BigInt|String)Literal$/.test(node.type)) return [node]
  if (/^(Import|Throw)/.test(node.type) || node.callee?.type === 'Import') return []
  if (node.operator === '??') return literalsOf(node.left)
  return Object.values(node).flatMap(literalsOf)
}

/** What a literal's code becomes. */
function otherCodes(type, code) {
  if (type === 'BooleanLiteral') return [code === 'true' ? 'false' : 'true']
  if (type === 'NumericLiteral') return [Number(code) + 1, Number(code) - 1].map((number) => `(${number})`)
  if (type === 'BigIntLiteral')
    return [1n, -1n].map((difference) => `(${BigInt(code.slice(0, -1)) + difference}n)`)
  const text = code.slice(1, -1)
  const words = Object.values(WORDS).find((each) => each.includes(text))
  return (words?.filter((word) => word !== text) ?? [altered(text)]).map((word) => `'${word}'`)
}
