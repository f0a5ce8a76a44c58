import type { SignerConfig } from '../signer-config.js'
import { endpointOf, readLocation } from './authority.js'
import { choice, parametersOf, readParameters, text } from './parameters.js'
import { refused } from './refused.js'
import { assertKey } from './service-key.js'
import { decode, type UriParts } from './uri-text.js'

const SECRETS =
  'AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY of the environment are used for AWS and for this machine, and a configuration file names credentials for others'

const PARAMETERS = parametersOf({ region: text, auth: choice('sigv4', 'none'), caFile: text })

/**
 * Reads `trent://HOST[:PORT]/[PREFIX/]KEY`, and `trent+http://` for this machine. The key is the last part of the path;
 * `alias/NAME` is the last two, and an ARN goes to the end.
 *
 * @throws SigningError `Configuration`
 */
export function readTrentService({ scheme, body, query }: UriParts): SignerConfig {
  const form = `${scheme}://HOST[:PORT]/[PREFIX/]KEY`
  const { authority, path } = readLocation(body, { form, secrets: SECRETS })
  if (authority === '') throw refused(`it names no host; write ${form}`)
  const protocol = scheme === 'trent+http' ? 'http' : 'https'
  const endpoint = endpointOf(authority, protocol, 'use trent://')
  const { prefix, key } = readPath(path, form)
  return {
    provider: 'trent-service',
    key,
    endpoint: `${endpoint}${prefix}`,
    ...readParameters(query, PARAMETERS, SECRETS),
  }
}

function readPath(path: string, form: string): { prefix: string; key: string } {
  const segments = path.split('/').map((segment) => decode(segment, 'its path'))
  const arn = segments.findIndex((segment) => segment.startsWith('arn:'))
  const start = arn >= 0 ? arn : segments.at(-2) === 'alias' ? segments.length - 2 : segments.length - 1
  const key = segments.slice(start).join('/')
  assertKey(key, form)
  const prefix = segments.slice(0, start)
  prefix.forEach(assertSegment)
  return { prefix: prefix.map((segment) => `/${segment}`).join(''), key }
}

/** Strict, so that no spelling of the prefix leads to another path than the one that is read here. */
function assertSegment(segment: string): void {
  if (segment === 'alias')
    throw refused(
      `an alias is the last two parts of its path; if the name of the alias has a '/', write %2F for it`,
    )
  if (/^\.{1,2}$/.test(segment) || !/^[\w.~-]+$/.test(segment))
    throw refused(
      `the path before its key must have parts of letters, digits, '-', '.', '_' and '~', none of them empty, '.' or '..'; write %2F for a '/' of the key`,
    )
}
