/** A token taken apart (RFC 7515 section 3.1). */
interface Parts {
  readonly header: Record<string, unknown>
  readonly claims: Record<string, unknown>
  readonly signature: Buffer
}

/** The ways in which a valid token is made one that every verifier must refuse. Its times stay as they are. */
const FORGERS: Readonly<Record<string, (parts: Parts) => Parts>> = {
  'other claims': (parts) => ({ ...parts, claims: { ...parts.claims, sub: 'somebody-else' } }),
  'another header': (parts) => ({ ...parts, header: { ...parts.header, typ: 'at+jwt' } }),
  'a bit of the signature turned': (parts) => ({ ...parts, signature: turned(parts.signature) }),
  'no signature': (parts) => ({ ...parts, signature: Buffer.alloc(0) }),
  'alg none': ({ header, claims }) => ({
    header: { ...header, alg: 'none' },
    claims,
    signature: Buffer.alloc(0),
  }),
}

export const FORGERY_NAMES = Object.keys(FORGERS)

/** A token that was valid, forged in one of the ways. */
export function forge(token: string, name: string): string {
  const forger = FORGERS[name]
  if (!forger) throw new TypeError(`There is no forgery ${name}.`)
  const [header = '', payload = '', signature = ''] = token.split('.')
  const forged = forger({
    header: parsed(header),
    claims: parsed(payload),
    signature: Buffer.from(signature, 'base64url'),
  })
  return [encoded(forged.header), encoded(forged.claims), forged.signature.toString('base64url')].join('.')
}

const parsed = (part: string) =>
  JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>

const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

function turned(signature: Buffer): Buffer {
  const copy = Buffer.from(signature)
  const middle = copy.length >> 1
  copy[middle] = (copy[middle] ?? 0) ^ 1
  return copy
}
