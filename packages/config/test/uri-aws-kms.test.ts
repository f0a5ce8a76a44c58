import { describe, expect, test } from '@jest/globals'
import { parseUri } from '../src/uri.js'
import { expectRefused, objections } from './support/uri-examples.js'

const ID = '1234abcd-12ab-34cd-56ef-1234567890ab'
const ARN = `arn:aws:kms:us-east-2:111122223333:key/${ID}`
const ALIAS_ARN = 'arn:aws:kms:us-east-2:111122223333:alias/ExampleAlias'
const LOCALSTACK = { endpoint: 'https://localhost:4566' }

describe('the examples in the documentation of sigstore, cosign and Fulcio', () => {
  test.each<[string, object]>([
    [`awskms:///${ID}`, { key: ID }],
    [`awskms://localhost:4566/${ID}`, { key: ID, ...LOCALSTACK }],
    [`awskms:///${ARN}`, { key: ARN }],
    [`awskms://localhost:4566/${ARN}`, { key: ARN, ...LOCALSTACK }],
    ['awskms:///alias/ExampleAlias', { key: 'alias/ExampleAlias' }],
    ['awskms://localhost:4566/alias/ExampleAlias', { key: 'alias/ExampleAlias', ...LOCALSTACK }],
    [`awskms:///${ALIAS_ARN}`, { key: ALIAS_ARN }],
    [`awskms://localhost:4566/${ALIAS_ARN}`, { key: ALIAS_ARN, ...LOCALSTACK }],
    [`awskms:///mrk-${ID}`, { key: `mrk-${ID}` }],
  ])('%s', async (uri, expected) => {
    expect(parseUri(uri)).toEqual({ provider: 'aws-kms', ...expected })
    expect(await objections(uri)).toEqual([])
  })
})

describe('awskms:', () => {
  const host = (endpoint: string) => ({ key: 'k', endpoint })

  test.each<[string, object]>([
    [
      'awskms:///alias/invoices?region=eu-west-1&algorithm=PS256',
      { key: 'alias/invoices', region: 'eu-west-1', algorithm: 'PS256' },
    ],
    ['awskms:///alias/a/b/c?profile=audit%20team', { key: 'alias/a/b/c', profile: 'audit team' }],
    ['awskms:///alias%2Fx', { key: 'alias/x' }],
    ['awskms:///alias/x%3Fy', { key: 'alias/x?y' }],
    ['awskms:///arn%3Aaws-cn%3Akms%3Acn-north-1%3A1%3Akey%2Fx', { key: 'arn:aws-cn:kms:cn-north-1:1:key/x' }],
    ['awskms://127.0.0.1:4599/k?scheme=http', host('http://127.0.0.1:4599')],
    ['awskms://127.8.8.8/k?scheme=http', host('http://127.8.8.8')],
    ['awskms://[::1]:4599/k?scheme=http', host('http://[::1]:4599')],
    ['awskms://[0:0:0:0:0:0:0:1]/k?scheme=http', host('http://[::1]')],
    ['awskms://LOCALHOST/k?scheme=http', host('http://localhost')],
    ['awskms://localhost:4566/k?scheme=https', host('https://localhost:4566')],
    ['awskms://[2001:DB8::1]:8443/k', host('https://[2001:db8::1]:8443')],
    ['awskms://KMS.eu-west-1.amazonaws.com/k', host('https://kms.eu-west-1.amazonaws.com')],
    ['awskms://xn--bcher-kva.example/k', host('https://xn--bcher-kva.example')],
    ['awskms://my_service:65535/k', host('https://my_service:65535')],
    ['awskms://10.0.0.7:1/k', host('https://10.0.0.7:1')],
  ])('%s', async (uri, expected) => {
    expect(parseUri(uri)).toEqual({ provider: 'aws-kms', ...expected })
    expect(await objections(uri)).toEqual([])
  })

  test.each([ARN, ALIAS_ARN])('no ARN chooses a region or a host: %s', (arn) => {
    expect(Object.keys(parseUri(`awskms:///${arn}`))).toEqual(['provider', 'key'])
    expect(parseUri(`awskms:///${arn}?region=eu-west-1`)).toMatchObject({ key: arn, region: 'eu-west-1' })
  })

  const form = 'awskms://[HOST[:PORT]]/ID, with an ARN or alias/NAME in place of the ID if need be'
  const misplaced = `a key stands where its host belongs; write ${form}, with three slashes where there is no host`
  const badHost =
    'its host is neither a name of letters, digits, hyphens and dots, nor an IPv4 address of four numbers, nor an IPv6 address in brackets'
  const badPort = `a port from 1 to 65535 must follow the ':' after its host`
  const http = 'plain http is for this machine alone (localhost, 127.0.0.1, [::1]); leave scheme=http out'
  const secrets =
    'the AWS SDK finds credentials in the environment, a profile (profile=NAME) or a role, and a configuration file can name them as credentials'
  const user = `it has a user or a password before its host, where shells and logs see them; ${secrets}`

  test.each([
    ['awskms:k', `two slashes and a host, or none, must begin it: ${form}`],
    ['awskms:/alias/x', `two slashes and a host, or none, must begin it: ${form}`],
    [`awskms:${ARN}`, `two slashes and a host, or none, must begin it: ${form}`],
    [`awskms://${ID}`, `it names no key: after the host, or none, comes a slash; write ${form}`],
    ['awskms://alias/x', misplaced],
    ['awskms://ALIAS/x?region=eu-west-1', misplaced],
    [`awskms://${ARN}`, misplaced],
    ['awskms:///', `its key is missing; write ${form}`],
    ['awskms://localhost:4566/?region=eu-west-1', `its key is missing; write ${form}`],
    ['awskms:///alias/', `the name of its alias is missing; write ${form}`],
    [`awskms:///key/${ID}`, `its key has a '/', but is neither an ARN nor alias/NAME; write ${form}`],
    ['awskms:////alias/x', `its key has a '/', but is neither an ARN nor alias/NAME; write ${form}`],
    ['awskms://localhost/prefix/k', `its key has a '/', but is neither an ARN nor alias/NAME; write ${form}`],
    [
      'awskms:///alias/%E4',
      `its key has a '%' that is not followed by two hexadecimal digits of UTF-8; write %25 for the character itself`,
    ],
    ['awskms:///alias/a%0Ab', 'its key has a control character, such as a line break'],
    ['awskms://user@localhost/k', user],
    ['awskms://AKIAIOSFODNN7EXAMPLE:s3cr3t@localhost/k', user],
    ['awskms://@localhost/k', user],
    [
      'awskms://bücher.example/k',
      'its host has letters outside of ASCII; write it in punycode (xn--…), as certificates do',
    ],
    [
      'awskms://\u212ams.eu-west-1.amazonaws.com/k',
      'its host has letters outside of ASCII; write it in punycode (xn--…), as certificates do',
    ],
    ['awskms://local%68ost/k', badHost],
    ['awskms://ex ample.com/k', badHost],
    ['awskms://example.com./k', badHost],
    ['awskms://.example.com/k', badHost],
    ['awskms://a..b/k', badHost],
    ['awskms://-a.example/k', badHost],
    [`awskms://${'a'.repeat(64)}/k`, badHost],
    [`awskms://${'a.'.repeat(127)}aa/k`, badHost],
    ['awskms://host\\@evil.example/k', user],
    ['awskms://host\\evil/k', badHost],
    ['awskms://127.1/k?scheme=http', badHost],
    ['awskms://0x7f.0.0.1/k', badHost],
    ['awskms://0177.0.0.01/k', badHost],
    ['awskms://2130706433/k', badHost],
    ['awskms://127.0.0.256/k', badHost],
    ['awskms://::1/k', badHost],
    ['awskms://[::1/k', badHost],
    ['awskms://[::g]/k', badHost],
    ['awskms://[fe80::1%25eth0]/k', badHost],
    ['awskms://[127.0.0.1]/k', badHost],
    ['awskms://[::1]4566/k', badHost],
    ['awskms://:4566/k', badHost],
    ['awskms://localhost:/k', badPort],
    ['awskms://localhost:0/k', badPort],
    ['awskms://localhost:080/k', badPort],
    ['awskms://localhost:65536/k', badPort],
    ['awskms://localhost:+80/k', badPort],
    ['awskms://localhost:80:80/k', badPort],
    ['awskms://localhost:::4566/alias/exampleAlias', badPort],
    ['awskms://kms.eu-west-1.amazonaws.com/k?scheme=http', http],
    ['awskms://localhost.example/k?scheme=http', http],
    ['awskms://128.0.0.1/k?scheme=http', http],
    ['awskms://[::ffff:127.0.0.1]/k?scheme=http', http],
    ['awskms://[::]/k?scheme=http', http],
    ['awskms://localhost/k?scheme=ftp', `scheme must be http or https, not 'ftp'`],
    [
      'awskms:///k?scheme=http',
      'scheme says how its host is reached, but it names no host; leave one out or name the other',
    ],
    [
      'awskms:///k?scheme=https',
      'scheme says how its host is reached, but it names no host; leave one out or name the other',
    ],
    [
      'awskms:///k?endpoint=https://localhost',
      `it has no parameter 'endpoint'; there are algorithm, encoding, thumbprint, region, scheme, profile`,
    ],
    [
      'awskms:///k?awssdk=v2',
      `it has no parameter 'awssdk'; there are algorithm, encoding, thumbprint, region, scheme, profile`,
    ],
    [
      'awskms:///k?secretAccessKey=s3cr3t',
      `a parameter 'secretAccessKey' would put a secret where shells and logs see it; ${secrets}`,
    ],
  ])('refused: %j', expectRefused)

  test('whether a name is punycode is for the URL of the runtime to say', () => {
    if (URL.canParse('https://xn--a')) expect(parseUri('awskms://xn--a/k').endpoint).toBe('https://xn--a')
    else expectRefused('awskms://xn--a/k', badHost)
  })
})
