import { printable, typeName } from '@signport/core/kit'
import type { Node, Path } from './tree.js'

/** Names of options whose values may be secret: those that are, and those that people mistake for a place for one. */
const SECRET = /pass|pwd|secret|token|credential|access-?key|private/i

/** Whether what stands at a path may be secret, and so is not shown. */
export function isSecretPlace(path: Path): boolean {
  const options = path[0] === 'signers' ? path.slice(2) : path
  return options.some((step) => typeof step === 'string' && SECRET.test(step) && step !== 'tokenLifetime')
}

/** The names that stand inside places for secrets; any other one there may be a secret itself. */
const NO_SECRETS: ReadonlySet<string> = new Set([
  'accessKeyId',
  'secretAccessKey',
  'sessionToken',
  'accessKeySecret',
  'securityToken',
])

/** Whether a step inside a secret place can be shown: a number, or a name that is known. */
export const isNoSecret = (step: string | number) => typeof step === 'number' || NO_SECRETS.has(step)

/** As long as the shortest key, in the alphabet of base64 or base64url. */
const BASE64 = /^[A-Za-z0-9+/_-]{60,}={0,2}$/

/** Whether a text is a key itself: private PEM, a JWK, or in base64 these, DER and any other PEM. */
export function holdsKey(text: string): boolean {
  const isJwk = /^\[?\s*\{/.test(text.trimStart()) && /[:"]/.test(text)
  if (isJwk || /-----BEGIN[^-]*PRIVATE KEY/i.test(text)) return true
  const compact = text.replace(/\s/g, '')
  if (!BASE64.test(compact)) return false
  const bytes = Buffer.from(compact, 'base64')
  return isDer(bytes) || /^\s*(?:-----BEGIN|\{\s*")/.test(bytes.toString('latin1'))
}

/** Whether bytes are one SEQUENCE, as all keys are. */
function isDer(bytes: Buffer): boolean {
  const [tag, short = 0, high = 0, low = 0] = bytes
  if (tag !== 0x30) return false
  if (short < 0x80) return bytes.length === 2 + short
  return short === 0x81 ? bytes.length === 3 + high : short === 0x82 && bytes.length === 4 + high * 256 + low
}

const WHOLLY_VARIABLE = /^\$\{[A-Za-z_][A-Za-z0-9_]*\}$/

/** The source text of a value, as a message may show it; undefined where that could be a secret. */
export function shownValue(path: Path, node: Node): string | undefined {
  const open = !isSecretPlace(path)
  if (node.kind !== 'scalar') return open ? `a ${node.kind}` : undefined
  const { value, source } = node
  if (typeof value === 'string' && holdsKey(value)) return undefined
  if (typeof value === 'string')
    return open || WHOLLY_VARIABLE.test(value) ? `'${printable(value, 60)}'` : undefined
  if (!open) return undefined
  return value === null || typeof value === 'number' || typeof value === 'boolean'
    ? printable(source || String(value), 60)
    : typeName(value)
}
