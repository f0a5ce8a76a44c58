import { printable } from '@signport/core/kit'
import type { SignerConfig } from '../signer-config.js'
import { endpointOption, readLocation } from './authority.js'
import { choice, parametersOf, type Reading, readParameters, text, variable } from './parameters.js'
import { refused } from './refused.js'
import { assertKey } from './service-key.js'
import { decode, type UriParts } from './uri-text.js'

const FORM = 'alikms://[HOST[:PORT]]/ID, with alias/NAME in place of the ID if need be'

const SECRETS =
  'OpenAPI finds credentials in the environment, a profile or a role, an instance takes clientKeyFile=PATH with passwordFile=PATH or passwordEnv=VARIABLE, and a configuration file can name others as credentials'

const BOTH = { transport: choice('openapi', 'instance'), scheme: choice('http', 'https'), keyVersion: text }

/** What only one of the two transports is told. */
const OWN: Readonly<Record<string, Readonly<Record<string, Reading>>>> = {
  openapi: { region: text, network: choice('public', 'vpc') },
  instance: { clientKeyFile: text, passwordFile: text, passwordEnv: variable, caFile: text },
}

const PARAMETERS = parametersOf({ ...BOTH, ...OWN.openapi, ...OWN.instance })

/**
 * Reads `alikms://[HOST[:PORT]]/KEY?transport=openapi|instance`.
 *
 * @throws SigningError `Configuration`
 */
export function readAlibabaKms({ body, query }: UriParts): SignerConfig {
  const { authority, path } = readLocation(body, { form: FORM, secrets: SECRETS })
  const key = decode(path, 'its key')
  assertKey(key, FORM)
  if (key.includes('/') && !key.startsWith('alias/'))
    throw refused(`its key has a '/', but is not alias/NAME; write ${FORM}`)
  const { scheme, ...options } = readParameters(query, PARAMETERS, SECRETS)
  assertTransport(options, authority)
  return { provider: 'alibaba-kms', key, ...endpointOption(authority, scheme), ...options }
}

/** The two transports reach different services, so that neither is taken without being named. */
function assertTransport({ transport, ...options }: Record<string, unknown>, authority: string): void {
  if (typeof transport !== 'string') throw refused('add transport=openapi or transport=instance')
  const possible = parametersOf({ ...BOTH, ...OWN[transport] })
  const other = Object.keys(options).find((name) => !possible.has(name))
  if (other !== undefined)
    throw refused(
      `transport=${transport} has no parameter '${printable(other)}'; there are ${[...possible.keys()].join(', ')}`,
    )
  if (transport !== 'instance') return
  if (authority === '')
    throw refused('an instance needs a host, such as alikms://INSTANCE.cryptoservice.kms.aliyuncs.com/KEY')
  if (options.clientKeyFile === undefined)
    throw refused(
      'an instance needs clientKeyFile=PATH, the file that the console gives out as clientKey_….json',
    )
}
