import { parseAlgorithm, type Signature } from '@signport/core'
import { parseBytes } from './byte-format.js'
import { Failure } from './failure.js'
import { jsonLine } from './json-line.js'

/** A signature as `sign --json` writes it: its bytes in base64, the digest in hex, everything else as it is. */
export function signatureToJson({ bytes, digest, ...rest }: Signature): string {
  return jsonLine({
    bytes: Buffer.from(bytes).toString('base64'),
    ...rest,
    ...(digest && { digest: Buffer.from(digest).toString('hex') }),
  })
}

/**
 * Reads what `signatureToJson` wrote, as far as verifying needs it.
 *
 * @param name as messages call the file
 */
export function signatureFromJson(content: Buffer, name: string): Signature {
  const members = parseObject(content, name)
  const { encoding, messageType } = members
  if (encoding !== 'der' && encoding !== 'ieee-p1363' && encoding !== 'raw') throw notOurs(name)
  if (messageType !== 'raw' && messageType !== 'digest' && messageType !== 'external-mu') throw notOurs(name)
  const textOf = (member: string): string => {
    const value = members[member]
    if (typeof value !== 'string') throw notOurs(name)
    return value
  }
  return {
    bytes: parseBytes(Buffer.from(textOf('bytes')), 'base64', `the member bytes of ${name}`),
    encoding,
    algorithm: parseAlgorithm(textOf('algorithm')).name,
    provider: textOf('provider'),
    keyId: textOf('keyId'),
    messageType,
  }
}

function parseObject(content: Buffer, name: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(content.toString('utf8'))
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>
  } catch {
    // Without the parser's message, which quotes the text.
  }
  throw notOurs(name)
}

function notOurs(name: string): Failure {
  return new Failure(`${name} is not the JSON that sign --json writes.`)
}
