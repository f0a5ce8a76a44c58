/** The parts of a compact token, decoded without any library. */
export function partsOf(token: string) {
  const [header = '', claims = '', signature = ''] = token.trim().split('.')
  const json = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString())
  return {
    header: json(header),
    claims: json(claims),
    signed: Buffer.from(`${header}.${claims}`),
    signature: Buffer.from(signature, 'base64url'),
  }
}

/** Now, in the seconds that tokens count. */
export const seconds = () => Math.floor(Date.now() / 1000)

/** A time as configurations have it, some seconds from now. */
export const fromNow = (delta: number) =>
  new Date((seconds() + delta) * 1000).toISOString().replace('.000Z', 'Z')
