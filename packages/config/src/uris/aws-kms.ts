import type { SignerConfig } from '../signer-config.js'
import { endpointOption, readLocation } from './authority.js'
import { choice, parametersOf, readParameters, text } from './parameters.js'
import { refused } from './refused.js'
import { assertKey } from './service-key.js'
import { decode, type UriParts } from './uri-text.js'

const FORM = 'awskms://[HOST[:PORT]]/ID, with an ARN or alias/NAME in place of the ID if need be'

const SECRETS =
  'the AWS SDK finds credentials in the environment, a profile (profile=NAME) or a role, and a configuration file can name them as credentials'

const PARAMETERS = parametersOf({ region: text, scheme: choice('http', 'https'), profile: text })

/**
 * Reads `awskms://[HOST[:PORT]]/KEY`, the form that cosign has. A key never says where requests go: without a host, the
 * region does.
 *
 * @throws SigningError `Configuration`
 */
export function readAwsKms({ body, query }: UriParts): SignerConfig {
  const { authority, path } = readLocation(body, { form: FORM, secrets: SECRETS })
  const key = decode(path, 'its key')
  assertKey(key, FORM)
  if (key.includes('/') && !/^(?:alias\/|arn:)/.test(key))
    throw refused(`its key has a '/', but is neither an ARN nor alias/NAME; write ${FORM}`)
  const { scheme, ...options } = readParameters(query, PARAMETERS, SECRETS)
  return { provider: 'aws-kms', key, ...endpointOption(authority, scheme), ...options }
}
