import { describe, expect, test } from '@jest/globals'
import { type ProviderDescriptor, SigningError } from '@signport/core'
import { isUri, parseUri, uriSchemes } from '../src/uri.js'
import { expectRefused } from './support/uri-examples.js'

const BUILT_IN = ['local', 'awskms', 'alikms', 'trent', 'trent+http', 'public-key']
const KNOWN = 'local:, awskms:, alikms:, trent:, trent+http: or public-key:'

/** A provider that a program hands over: of a descriptor, reading URIs needs name and schemes alone. */
const handedOver = (name: string, ...uriSchemes: string[]): ProviderDescriptor => ({
  name,
  uriSchemes,
  configSchema: () => Promise.reject(new Error('Reading a URI needs no schema.')),
  create() {
    throw new Error('Reading a URI creates no provider.')
  },
})

const vault = handedOver('vault', 'vault', 'Vault+TLS')

describe('a scheme', () => {
  test.each([
    ['', `it begins with no scheme; use ${KNOWN}`],
    ['./k.pem', `it begins with no scheme; use ${KNOWN}`],
    [':k.pem', `it begins with no scheme; use ${KNOWN}`],
    ['://k.pem', `it begins with no scheme; use ${KNOWN}`],
    ['a b:k.pem', `it begins with no scheme; use ${KNOWN}`],
    ['1local:k.pem', `it begins with no scheme; use ${KNOWN}`],
    [' local:k.pem', `it begins with no scheme; use ${KNOWN}`],
    ['file:k.pem', `its scheme file: is unknown; use ${KNOWN}`],
    ['C:\\keys\\k.pem', `its scheme c: is unknown; use ${KNOWN}`],
    ['constructor:k.pem', `its scheme constructor: is unknown; use ${KNOWN}`],
    ['awskms+http://localhost/k', `its scheme awskms+http: is unknown; use ${KNOWN}`],
    ['gcpkms://projects/p', `its scheme gcpkms: is unknown; use ${KNOWN}`],
  ])('that is none is refused: %j', expectRefused)

  test('is known whatever its case', () => {
    expect(parseUri('LOCAL:K.pem')).toEqual({ provider: 'local', key: 'K.pem' })
    expect(parseUri('AwsKms:///K')).toEqual({ provider: 'aws-kms', key: 'K' })
    expect(parseUri('TRENT+HTTP://LocalHost/K').endpoint).toBe('http://localhost')
  })

  test('is listed', () => {
    expect(uriSchemes()).toEqual(BUILT_IN)
    expect(uriSchemes([vault])).toEqual([...BUILT_IN, 'vault', 'vault+tls'])
  })

  test.each<[string, readonly ProviderDescriptor[], boolean]>([
    ['local:k.pem', [], true],
    ['AWSKMS:///k', [], true],
    ['local:%', [], true],
    ['vault:k', [vault], true],
    ['VAULT+tls:k', [vault], true],
    ['vault:k', [], false],
    ['signport.yaml', [], false],
    ['./local:k.pem', [], false],
    ['C:\\signport.yaml', [], false],
    ['local', [], false],
    ['', [], false],
  ])('tells URIs from paths: %j', (text, providers, expected) => {
    expect(isUri(text, providers)).toBe(expected)
  })
})

test.each([undefined, null, 7, {}, new URL('local:k.pem')])('%s is a TypeError', (value) => {
  expect(() => parseUri(value as never)).toThrow(TypeError)
})

describe('what all schemes have in common', () => {
  const EXAMPLES = [
    'local:k.pem',
    'public-key:k.pem',
    'awskms://localhost/k',
    'trent://localhost/k',
    'trent+http://localhost/k',
    'alikms://localhost/k',
  ]
  /** Of the scheme that has to be told more than a key. */
  const complete = (uri: string) => (uri.startsWith('alikms') ? '&transport=openapi' : '')
  const common = EXAMPLES.map((uri) => [uri] as const)

  test.each(common)('%s takes algorithm, encoding and thumbprint', (uri) => {
    const thumbprint = `sha256:${'0a'.repeat(32)}`
    const query = `?algorithm=ECDSA_SHA_256&encoding=ieee-p1363&thumbprint=${thumbprint}${complete(uri)}`
    expect(parseUri(uri + query)).toMatchObject({
      algorithm: 'ECDSA_SHA_256',
      encoding: 'ieee-p1363',
      thumbprint,
    })
  })

  test.each(common)('%s has no fragment', (uri) => {
    expectRefused(`${uri}#part`, `it has a '#', which ends a URI; write %23 if it belongs to a name`)
    expectRefused(
      `${uri}?algorithm=ES256#`,
      `it has a '#', which ends a URI; write %23 if it belongs to a name`,
    )
  })

  test.each(common)('%s has every parameter once, with a value', (uri) => {
    const nameless = `a parameter has no name: look for a '?' or '&' too many`
    expectRefused(`${uri}?`, nameless)
    expectRefused(`${uri}?algorithm=ES256&`, nameless)
    expectRefused(`${uri}?&algorithm=ES256`, nameless)
    expectRefused(`${uri}?=ES256`, nameless)
    expectRefused(`${uri}?algorithm`, 'algorithm has no value')
    expectRefused(`${uri}?algorithm=`, 'algorithm has no value')
    expectRefused(`${uri}?algorithm=ES256&algorithm=ES256`, 'algorithm stands in it twice')
    expectRefused(`${uri}?encoding=raw`, `encoding must be der or ieee-p1363, not 'raw'`)
  })

  test.each(common)('%s has no control characters', (uri) => {
    for (const [character, why] of [
      ['\0', 'a NUL character'],
      ['\n', 'a control character, such as a line break'],
      ['\u007f', 'a control character, such as a line break'],
      ['\u0085', 'a control character, such as a line break'],
    ] as const) {
      expectRefused(`${uri}${character}`, `it has ${why}`)
      expectRefused(`${uri}?thumbprint=${encodeURIComponent(character)}`, `thumbprint has ${why}`)
      expect(() => parseUri(`${uri}${encodeURIComponent(character)}${'?'}${complete(uri).slice(1)}`)).toThrow(
        expect.objectContaining({ code: 'Configuration', message: expect.stringContaining(` has ${why}.`) }),
      )
    }
  })

  test.each(common)('%s has no half characters', (uri) => {
    expectRefused(`${uri}\ud800`, 'it has a character that is no text: half of a surrogate pair')
    expectRefused(
      `${uri}?algorithm=%ed%a0%80`,
      `algorithm has a '%' that is not followed by two hexadecimal digits of UTF-8; write %25 for the character itself`,
    )
  })

  test.each(common)('%s cannot switch encryption off', (uri) => {
    expectRefused(
      `${uri}?allowInsecureHttp=true`,
      'allowInsecureHttp belongs into a configuration file: whoever hands over a URI must not be able to switch encryption off with it',
    )
  })

  const SECRET_NAMES = [
    ...[
      'key',
      'pass',
      'pin',
      'passphrase',
      'Password',
      'PASSWD',
      'dbPwd',
      'secret',
      'token',
      'apiKey',
      'api-key',
    ],
    ...[
      'accessKeyId',
      'secretAccessKey',
      'sessionToken',
      'accessKeySecret',
      'securityToken',
      'AWS_ACCESS_KEY_ID',
    ],
    ...['credentials', 'credential', 'x-amz-security-token', 'grantTokens', 'privateKey', 'private_key_data'],
  ]

  test.each(common)('%s takes no secret', (uri) => {
    for (const name of SECRET_NAMES) {
      const expected = {
        code: 'Configuration',
        message: expect.stringMatching(
          new RegExp(
            `^The URI is not valid: a parameter '${name}' would put a secret where shells and logs see it; [a-zA-Z].*\\.$`,
          ),
        ),
      }
      expect(() => parseUri(`${uri}?${name}=s3cr3t`)).toThrow(expect.objectContaining(expected))
    }
  })

  test('no message shows what it was given, but for names of parameters and wrong choices', () => {
    const heads = ['', ...EXAMPLES.map((uri) => `${uri}?algorithm=ES256&`), ...EXAMPLES]
    const tails = [
      ...['#s3cr3t', '%zzs3cr3t', '\0s3cr3t', '\ns3cr3t', '?thumbprint=%zzs3cr3t', '?password=s3cr3t'],
      ...[
        '?algorithm=s3cr3t&algorithm=s3cr3t',
        '?passphraseEnv=s3cr3t!',
        '?passwordEnv=s3cr3t!',
        '?password:s3cr3t',
        '?s3cr3t',
        '?secrets3cr3t',
        '?algorithm=ES256&s3cr3t',
      ],
    ]
    const others = [
      's3cr3t',
      's3cr3t!:k',
      ...['awskms', 'alikms', 'trent', 'trent+http'].flatMap((scheme) => [
        `${scheme}:s3cr3t`,
        `${scheme}://s3cr3t`,
        `${scheme}://user:s3cr3t@localhost/k`,
        `${scheme}://s3cr3t@localhost/k`,
        `${scheme}://s3cr3t!/k`,
        `${scheme}://localhost:s3cr3t/k`,
        `${scheme}://s3crét/k`,
        `${scheme}://localhost/s3cr3t/../x/`,
      ]),
    ]
    for (const uri of [...heads.flatMap((head) => tails.map((tail) => head + tail)), ...others])
      expect(() => parseUri(uri)).toThrow(
        expect.objectContaining({ code: 'Configuration', message: expect.not.stringContaining('s3cr3t') }),
      )
  })
})

describe('a provider that is handed over', () => {
  test.each<[string, object]>([
    ['vault:transit/keys/a', { key: 'transit/keys/a' }],
    ['vault://host/transit/keys/a%3Fb', { key: 'host/transit/keys/a?b' }],
    ['VAULT:k?mount=a%26b&tries=3', { key: 'k', mount: 'a&b', tries: '3' }],
    ['vault+tls:k', { key: 'k' }],
    ['vault:k?algorithm=ES256&encoding=der', { key: 'k', algorithm: 'ES256', encoding: 'der' }],
    ['vault:who@where', { key: 'who@where' }],
    ['vault:///k', { key: '/k' }],
    ['vault:k?constructor=x', { key: 'k', constructor: 'x' }],
    ['vault:k?tokenFile=a&secretEnv=B', { key: 'k', tokenFile: 'a', secretEnv: 'B' }],
  ])('has its own URIs: %s', (uri, expected) => {
    expect(parseUri(uri, [vault])).toEqual({ provider: 'vault', ...expected })
  })

  const nameless =
    'a parameter must have a value, and a name of at most 40 letters, digits, hyphens, dots and low lines, which begins with a letter'
  const secret = 'let the provider read it from the environment or from a file'

  test.each([
    ['vault:', 'its key is missing'],
    ['vault://', 'its key is missing'],
    ['vault:?mount=a', 'its key is missing'],
    ['vault:k?mount=', 'mount has no value'],
    ['vault:k?s3cr3t', nameless],
    [`vault:k?${'a'.repeat(41)}=x`, nameless],
    ['vault:k?mount=a&mount=a', 'mount stands in it twice'],
    ['vault:k?__proto__=x', nameless],
    ['vault:k?a b=x', nameless],
    ['vault:k?provider=local', 'the provider follows from the scheme; leave the parameter out'],
    ['vault:k?encoding=hex', `encoding must be der or ieee-p1363, not 'hex'`],
    [
      'vault:k?token=s3cr3t',
      `a parameter 'token' would put a secret where shells and logs see it; ${secret}`,
    ],
    [
      'vault://user:s3cr3t@host/k',
      `it has a user or a password before its host, where shells and logs see them; ${secret}`,
    ],
    ['local2:k', `its scheme local2: is unknown; use ${KNOWN.replace(' or ', ', ')}, vault: or vault+tls:`],
  ])('is read strictly, too: %j', (uri, why) => {
    expect(() => parseUri(uri, [vault])).toThrow(
      expect.objectContaining({ code: 'Configuration', message: `The URI is not valid: ${why}.` }),
    )
  })

  test('may stand in for a built-in one, whose URIs are read as ever', () => {
    expect(parseUri('awskms:///k?region=eu-west-1', [handedOver('aws-kms', 'awskms')])).toEqual({
      provider: 'aws-kms',
      key: 'k',
      region: 'eu-west-1',
    })
  })

  test.each([
    [
      [handedOver('mine', 'AwsKms')],
      'The providers aws-kms and mine both have the scheme awskms: leave one of them out.',
    ],
    [
      [vault, handedOver('mine', 'vault')],
      'The providers vault and mine both have the scheme vault: leave one of them out.',
    ],
  ])('has its schemes for itself', (providers, message) => {
    const failing = () => parseUri('local:k.pem', providers)
    expect(failing).toThrow(SigningError)
    expect(failing).toThrow(expect.objectContaining({ code: 'Configuration', message }))
  })
})
