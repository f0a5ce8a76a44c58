import { type ProviderDescriptor, SigningError } from '@signport/core'
import { oneOf, printable, typeName } from '@signport/core/kit'
import type { SignerConfig } from './signer-config.js'
import { readAlibabaKms } from './uris/alibaba-kms.js'
import { readAwsKms } from './uris/aws-kms.js'
import { readHandedOver } from './uris/handed-over.js'
import { readLocal, readPublicKeyFile } from './uris/key-file.js'
import { refused } from './uris/refused.js'
import { readTrentService } from './uris/trent-service.js'
import { schemeOf, type UriParts, uriParts } from './uris/uri-text.js'

type UriReader = (parts: UriParts) => SignerConfig

interface KnownScheme {
  readonly provider: string
  readonly read: UriReader
}

/** The schemes of the built-in providers, which are not loaded to read a URI. */
const SCHEMES: ReadonlyMap<string, KnownScheme> = new Map([
  ['local', { provider: 'local', read: readLocal }],
  ['awskms', { provider: 'aws-kms', read: readAwsKms }],
  ['alikms', { provider: 'alibaba-kms', read: readAlibabaKms }],
  ['trent', { provider: 'trent-service', read: readTrentService }],
  ['trent+http', { provider: 'trent-service', read: readTrentService }],
  ['public-key', { provider: 'public-key', read: readPublicKeyFile }],
])

/**
 * Reads a signer from one string, such as `local:PATH?algorithm=ES256` or `awskms:///alias/NAME?region=eu-west-1`. What
 * it gives is what an entry of a configuration file with the same content would be.
 *
 * Keys and parameters are percent-decoded, and the first `?` begins the parameters: `%3F` is one that belongs to a key.
 * Read strictly: parameters that are unknown, doubled, empty or would hold a secret are refused, and so are users and
 * passwords, fragments and control characters.
 *
 * @param providers those handed over in code, whose schemes are known then, too: what stands before the `?` is the key
 * @throws TypeError when `uri` is not a string
 * @throws SigningError `Configuration`, with what was expected and without the URI
 */
export function parseUri(uri: string, providers: readonly ProviderDescriptor[] = []): SignerConfig {
  if (typeof uri !== 'string') throw new TypeError(`A URI must be a string, not ${typeName(uri)}.`)
  const scheme = schemeOf(uri)
  const read = scheme === undefined ? undefined : readers(providers).get(scheme)
  if (scheme === undefined || !read) throw unknownScheme(scheme, providers)
  return read(uriParts(uri, scheme))
}

/** The schemes that `parseUri` knows, in lower case and without the colon. */
export function uriSchemes(providers: readonly ProviderDescriptor[] = []): readonly string[] {
  return [...readers(providers).keys()]
}

/** Whether text begins with a scheme that `parseUri` knows; it may still not be valid. */
export function isUri(text: string, providers: readonly ProviderDescriptor[] = []): boolean {
  const scheme = schemeOf(text)
  return scheme !== undefined && readers(providers).has(scheme)
}

function readers(providers: readonly ProviderDescriptor[]): ReadonlyMap<string, UriReader> {
  const all = new Map([...SCHEMES].map(([scheme, { read }]): [string, UriReader] => [scheme, read]))
  const owners = new Map([...SCHEMES].map(([scheme, { provider }]) => [scheme, provider]))
  for (const provider of providers)
    for (const scheme of provider.uriSchemes.map((name) => name.toLowerCase())) {
      const owner = owners.get(scheme)
      if (owner !== undefined && owner !== provider.name) throw taken(scheme, owner, provider)
      owners.set(scheme, provider.name)
      if (!SCHEMES.has(scheme)) all.set(scheme, (parts) => readHandedOver(provider, parts))
    }
  return all
}

function taken(scheme: string, owner: string, { name }: ProviderDescriptor): SigningError {
  const message = `The providers ${printable(owner)} and ${printable(name)} both have the scheme ${printable(scheme)}: leave one of them out.`
  return new SigningError('Configuration', message)
}

function unknownScheme(scheme: string | undefined, providers: readonly ProviderDescriptor[]): SigningError {
  const known = oneOf(uriSchemes(providers).map((name) => `${printable(name)}:`))
  return refused(
    scheme === undefined
      ? `it begins with no scheme; use ${known}`
      : `its scheme ${printable(scheme, 20)}: is unknown; use ${known}`,
  )
}
