import { AuthFailure } from './auth-failure.js'
import { ALGORITHM, type Scope } from './string-to-sign.js'

/** What the header Authorization says. */
export interface Authorization {
  readonly accessKeyId: string
  readonly scope: Scope
  /** In lower case. */
  readonly signedHeaders: readonly string[]
  /** In hexadecimal, as sent. */
  readonly signature: string
}

/** @throws AuthFailure `IncompleteSignatureException` */
export function parseAuthorization(header: string): Authorization {
  if (!header.startsWith(`${ALGORITHM} `))
    throw incomplete(`the header Authorization should begin with ${ALGORITHM}.`)
  const parts = new Map(
    header
      .slice(ALGORITHM.length)
      .split(',')
      .map((part) => {
        const [, name = '', value = ''] = /^\s*(\w+)=(.*?)\s*$/.exec(part) ?? []
        return [name, value]
      }),
  )
  return {
    ...parseCredential(partOf(parts, 'Credential')),
    signedHeaders: partOf(parts, 'SignedHeaders').toLowerCase().split(';'),
    signature: partOf(parts, 'Signature'),
  }
}

function partOf(parts: ReadonlyMap<string, string>, name: string): string {
  const part = parts.get(name)
  if (part) return part
  throw incomplete(`Authorization header requires '${name}' parameter.`)
}

function parseCredential(text: string): Pick<Authorization, 'accessKeyId' | 'scope'> {
  const [accessKeyId, day, region, service, end, ...more] = text.split('/')
  if (accessKeyId && day && region && service && end === 'aws4_request' && more.length === 0)
    return { accessKeyId, scope: { day, region, service } }
  throw incomplete('Credential should be accessKeyId/yyyymmdd/region/service/aws4_request.')
}

function incomplete(message: string): AuthFailure {
  return new AuthFailure('IncompleteSignatureException', message)
}
