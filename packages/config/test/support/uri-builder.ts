/** What a URI was read as. */
export interface Read {
  readonly provider: string
  readonly key: string
  readonly [option: string]: unknown
}

const encoded = (text: string) => encodeURIComponent(text)

/** Keys whose slashes separate parts; in all others, a slash belongs to the name. */
const hasParts = (key: string) => /^(?:alias\/|arn:)/.test(key)

const encodedKey = (key: string) => (hasParts(key) ? key.split('/').map(encoded).join('/') : encoded(key))

/** An alias is the last two parts of the path, so that further slashes must not look like it. */
const encodedTrentKey = (key: string) =>
  key.startsWith('alias/') ? `alias/${encoded(key.slice('alias/'.length))}` : encodedKey(key)

/** Writes the URI of what one was read as: the other direction, for those tests that go around. */
export function uriOf({ provider, key, endpoint, ...options }: Read): string {
  const [, protocol = '', host = ''] = /^(https?):\/\/(.*)$/.exec(String(endpoint ?? '')) ?? []
  const reached = protocol === 'http' ? { scheme: 'http' } : {}
  const writers: Record<string, () => string> = {
    local: () => `local:${encoded(key)}${query(options)}`,
    'public-key': () => `public-key:${encoded(key)}${query(options)}`,
    'aws-kms': () => `awskms://${host}/${encodedKey(key)}${query({ ...reached, ...options })}`,
    'alibaba-kms': () => `alikms://${host}/${encodedKey(key)}${query({ ...reached, ...options })}`,
    'trent-service': () =>
      `trent${protocol === 'http' ? '+http' : ''}://${host}/${encodedTrentKey(key)}${query(options)}`,
  }
  const write = writers[provider]
  if (!write) throw new Error(`No URI is written for ${provider}.`)
  return write()
}

function query(options: object): string {
  const pairs = Object.entries(options).map(([name, value]) => `${name}=${encoded(String(value))}`)
  return pairs.length > 0 ? `?${pairs.join('&')}` : ''
}
