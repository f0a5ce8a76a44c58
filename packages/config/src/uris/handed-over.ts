import type { ProviderDescriptor } from '@signport/core'
import type { SignerConfig } from '../signer-config.js'
import { readAnyParameters } from './parameters.js'
import { refused } from './refused.js'
import { decode, splitAt, type UriParts } from './uri-text.js'

const SECRETS = 'let the provider read it from the environment or from a file'

/**
 * Reads the URI of a provider that is handed over in code: what stands before the `?`, without two slashes that begin
 * it, is the key, and parameters are text.
 *
 * @throws SigningError `Configuration`
 */
export function readHandedOver({ name }: ProviderDescriptor, { body, query }: UriParts): SignerConfig {
  const written = body.startsWith('//') ? body.slice(2) : body
  if (written !== body && splitAt(written, '/')[0].includes('@'))
    throw refused(`it has a user or a password before its host, where shells and logs see them; ${SECRETS}`)
  const key = decode(written, 'its key')
  if (key === '') throw refused('its key is missing')
  return { ...readAnyParameters(query, SECRETS), provider: name, key }
}
