import { isUri, openSigner, parseUri, readConfiguration } from '@signport/config'
import fc from 'fast-check'
import { type Parser, parser, promise } from '../parser.js'
import { mutatedText, randomText } from '../text-mutation.js'

/** What stands where a password would: no error may show it. */
const PASSWORD = 'Zq7hunter2secretZq7'

const URIS = [
  'local:./key.pem?algorithm=ES256',
  'local:/etc/keys/a%20b.pem?generate=true&passphraseEnv=SIGNPORT_FUZZ&encoding=ieee-p1363',
  'awskms:///alias/NAME?region=eu-west-1',
  'awskms://localhost:4566/1234abcd-12ab-34cd-56ef-1234567890ab?region=eu-west-1&scheme=http',
  'awskms:///arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab',
  'alikms:///key-hzz62f1cb66fa42qo5l1x?transport=openapi&region=cn-hangzhou&network=vpc',
  'alikms://kst-x.cryptoservice.kms.aliyuncs.com/alias/a?transport=instance&clientKeyFile=a&passwordFile=b',
  'trent://kms.example.com:8443/v1/prefix/alias/name?region=r&auth=none&algorithm=PS256',
  'trent+http://[::1]:80/key?auth=sigv4',
  'public-key:./public.pem?algorithm=RS256&thumbprint=abc',
]

/** None of them can be reached without a key, a file or a service that is not there. */
const OPENED = [
  'local:./no-such-key.pem?algorithm=ES256',
  'public-key:./no-such.pem',
  'local:no-such-folder/k?generate=false',
]

const TOKENS = [
  '//',
  ':',
  '@',
  `user:${PASSWORD}@`,
  '?',
  '&',
  '=',
  '#',
  `&password=${PASSWORD}`,
  `&passphrase=${PASSWORD}`,
  '%2F',
  '%3F',
  '%00',
  '%0a',
  '%e2%80%ae',
  '%ff',
  '%',
  '..',
  '/../',
  '[::1]',
  '[::ffff:127.0.0.1]',
  '127.1',
  '0x7f.1',
  'xn--',
  'arn:',
  'alias/',
  ':99999',
  ':0',
  'scheme=http',
  'allowInsecureHttp=true',
  'local:',
  'AWSKMS:',
  'data:',
  'javascript:',
]

const uris = fc.oneof(
  { weight: 6, arbitrary: mutatedText(URIS, TOKENS) },
  { weight: 1, arbitrary: randomText([...TOKENS, 'local:', 'trent://', 'awskms://', 'alikms://']) },
)

/** Every text that a reader made of a URI is one that a file could have. */
function assertConfig(uri: string): object {
  const config = parseUri(uri)
  promise(isUri(uri), 'it is no URI, and was read')
  for (const [name, value] of Object.entries(config)) {
    promise(['string', 'boolean'].includes(typeof value), `its ${name} is of the type ${typeof value}`)
    promise(!/[\p{Cc}\p{Cs}]/u.test(String(value)), `its ${name} has what is no text`)
  }
  promise(!('password' in config || 'passphrase' in config), 'it took a secret')
  promise(typeof config.key === 'string' && config.key !== '', 'it has no key')
  return config
}

/** A host that was taken is one that every reader of URLs sees as the same. */
function assertEndpoint({ endpoint }: { readonly endpoint?: unknown }): void {
  if (typeof endpoint !== 'string') return
  const { origin, username, password, search, hash } = new URL(endpoint)
  promise(`${username}${password}${search}${hash}` === '', 'its endpoint has more than a host and a path')
  const port = /:(443|80)(?=\/|$)/.exec(endpoint)
  promise(
    endpoint.replace(port?.[0] ?? '\0', '').startsWith(origin.replace(port?.[0] ?? '\0', '')),
    'its endpoint may be read as another',
  )
}

/** Names of files and keys are no secrets, whatever they say: errors name them. What stands before a host is none of them. */
function isInKey(uri: string): boolean {
  const [body = ''] = uri.split('?', 1)
  return decoded(body.replace(/^[^:]*:\/\/[^/]*@/, '')).includes(PASSWORD)
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** URIs, as they are parsed and as signers are opened by them. */
export const URI_PARSERS: readonly Parser[] = [
  parser<string>({
    name: 'uri',
    inputs: uris,
    secretsIn: () => [PASSWORD],
    read: (uri) => assertEndpoint(assertConfig(uri)),
  }),
  parser<string>({
    name: 'uri-signer',
    inputs: fc.oneof({ weight: 4, arbitrary: uris }, { weight: 1, arbitrary: mutatedText(OPENED, TOKENS) }),
    severalLines: true,
    secretsIn: (uri) => (isInKey(uri) ? [] : [PASSWORD]),
    async read(uri) {
      // A path of a configuration is another thing; nothing is asked for where something is found.
      const { entries } = await readConfiguration(/\.(?:ya?ml|json)$/i.test(uri) ? `${uri}?` : uri)
      promise(Object.keys(entries).length === 1, 'a URI is not one signer')
      if (uri.startsWith('local:') && !/[?&]generate=(?:true|always)/.test(uri)) await closed(uri)
    },
  }),
]

async function closed(uri: string): Promise<void> {
  const signer = await openSigner(uri)
  await signer.close()
}
