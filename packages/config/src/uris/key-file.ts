import type { SignerConfig } from '../signer-config.js'
import {
  choice,
  flag,
  type Parameters,
  parametersOf,
  type Reading,
  readParameters,
  text,
  variable,
} from './parameters.js'
import { refused } from './refused.js'
import { decode, type UriParts } from './uri-text.js'

const generate: Reading = (value, name) => {
  const given = choice('true', 'false', 'always')(value, name)
  return given === 'always' ? given : flag(value, name)
}

const LOCAL = parametersOf({ generate, allowGroupRead: flag, passphraseEnv: variable, passphraseFile: text })

/**
 * Reads `local:PATH`.
 *
 * @throws SigningError `Configuration`
 */
export function readLocal(parts: UriParts): SignerConfig {
  const config = readKeyFile('local', parts, LOCAL, 'use passphraseEnv=VARIABLE or passphraseFile=PATH')
  if (config.passphraseEnv !== undefined && config.passphraseFile !== undefined)
    throw refused('passphraseEnv and passphraseFile both say where the passphrase is; leave one out')
  return config
}

const PUBLIC_KEY = parametersOf({})

/**
 * Reads `public-key:PATH`, which only verifies.
 *
 * @throws SigningError `Configuration`
 */
export function readPublicKeyFile(parts: UriParts): SignerConfig {
  return readKeyFile('public-key', parts, PUBLIC_KEY, 'a public key needs none')
}

function readKeyFile(
  provider: string,
  { scheme, body, query }: UriParts,
  parameters: Parameters,
  secrets: string,
): SignerConfig {
  if (body.startsWith('//'))
    throw refused(`a key file has no host; write ${scheme}:/absolute/path or ${scheme}:relative/path`)
  const key = decode(body, 'its path')
  if (key === '') throw refused('the path of the key file is missing')
  return { provider, key, ...readParameters(query, parameters, secrets) }
}
