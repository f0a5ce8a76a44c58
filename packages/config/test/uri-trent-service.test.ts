import { describe, expect, test } from '@jest/globals'
import { parseUri } from '../src/uri.js'
import { expectRefused, objections } from './support/uri-examples.js'

const ARN = 'arn:verenc:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab'

describe('trent:', () => {
  const at = (endpoint: string, key: string) => ({ endpoint, key })

  test.each<[string, object]>([
    ['trent://kms.example.com/k', at('https://kms.example.com', 'k')],
    ['trent://KMS.example.com:8443/k', at('https://kms.example.com:8443', 'k')],
    ['trent://kms.example.com/alias/x', at('https://kms.example.com', 'alias/x')],
    ['trent://kms.example.com/alias/a%2Fb', at('https://kms.example.com', 'alias/a/b')],
    [`trent://kms.example.com/${ARN}`, at('https://kms.example.com', ARN)],
    ['trent://kms.example.com/prefix/k', at('https://kms.example.com/prefix', 'k')],
    ['trent://kms.example.com/a/b-c/~d_e.f/k', at('https://kms.example.com/a/b-c/~d_e.f', 'k')],
    ['trent://kms.example.com/prefix/alias/x', at('https://kms.example.com/prefix', 'alias/x')],
    [`trent://kms.example.com/a/b/${ARN}`, at('https://kms.example.com/a/b', ARN)],
    [
      'trent://kms.example.com/p/arn:aws:kms:r:1:alias/a/b',
      at('https://kms.example.com/p', 'arn:aws:kms:r:1:alias/a/b'),
    ],
    ['trent://kms.example.com/prefix/a%2Fb', at('https://kms.example.com/prefix', 'a/b')],
    ['trent://kms.example.com/%61lias/x', at('https://kms.example.com', 'alias/x')],
    ['trent://kms.example.com/alias', at('https://kms.example.com', 'alias')],
    ['trent://kms.example.com/%70refix/k', at('https://kms.example.com/prefix', 'k')],
    [
      'trent://kms.example.com/k?region=eu-west-1&auth=sigv4&algorithm=ES384&caFile=ca%20of%20ours.pem',
      {
        ...at('https://kms.example.com', 'k'),
        region: 'eu-west-1',
        auth: 'sigv4',
        algorithm: 'ES384',
        caFile: 'ca of ours.pem',
      },
    ],
    ['trent+http://localhost:8555/k?auth=none', { ...at('http://localhost:8555', 'k'), auth: 'none' }],
    ['trent+http://127.0.0.1/prefix/k', at('http://127.0.0.1/prefix', 'k')],
    ['trent+http://[::1]:8555/alias/x', at('http://[::1]:8555', 'alias/x')],
  ])('%s', async (uri, expected) => {
    expect(parseUri(uri)).toEqual({ provider: 'trent-service', ...expected })
    expect(await objections(uri)).toEqual([])
  })

  const form = 'trent://HOST[:PORT]/[PREFIX/]KEY'
  const plainForm = 'trent+http://HOST[:PORT]/[PREFIX/]KEY'
  const segment = `the path before its key must have parts of letters, digits, '-', '.', '_' and '~', none of them empty, '.' or '..'; write %2F for a '/' of the key`
  const alias = `an alias is the last two parts of its path; if the name of the alias has a '/', write %2F for it`
  const http = 'plain http is for this machine alone (localhost, 127.0.0.1, [::1]); use trent://'
  const parameters = 'there are algorithm, encoding, thumbprint, region, auth, caFile'
  const secrets =
    'AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY of the environment are used for AWS and for this machine, and a configuration file names credentials for others'

  test.each([
    ['trent:k', `two slashes and a host, or none, must begin it: ${form}`],
    ['trent:///k', `it names no host; write ${form}`],
    ['trent+http:///k', `it names no host; write ${plainForm}`],
    ['trent://kms.example.com', `it names no key: after the host, or none, comes a slash; write ${form}`],
    ['trent://kms.example.com/', `its key is missing; write ${form}`],
    ['trent://kms.example.com/prefix/', `its key is missing; write ${form}`],
    ['trent://kms.example.com/alias/', `the name of its alias is missing; write ${form}`],
    [
      'trent://alias/x',
      `a key stands where its host belongs; write ${form}, with three slashes where there is no host`,
    ],
    ['trent://kms.example.com/alias/a/b', alias],
    ['trent://kms.example.com/alias/alias/x', alias],
    ['trent://kms.example.com//k', segment],
    ['trent://kms.example.com/a//k', segment],
    ['trent://kms.example.com/./k', segment],
    ['trent://kms.example.com/../k', segment],
    ['trent://kms.example.com/%2e%2E/k', segment],
    ['trent://kms.example.com/a%2Fb/k', segment],
    ['trent://kms.example.com/a%5Cb/k', segment],
    ['trent://kms.example.com/a%3Fb/k', segment],
    ['trent://kms.example.com/a b/k', segment],
    ['trent://kms.example.com/a%25/k', segment],
    [
      'trent://kms.example.com/%zz/k',
      `its path has a '%' that is not followed by two hexadecimal digits of UTF-8; write %25 for the character itself`,
    ],
    ['trent://kms.example.com/k%00', 'its path has a NUL character'],
    ['trent+http://kms.example.com/k', http],
    ['trent+http://10.0.0.1/k', http],
    ['trent+http://localhost.example.com/k', http],
    ['trent://kms.example.com:99999/k', `a port from 1 to 65535 must follow the ':' after its host`],
    ['trent://kms.example.com/k?scheme=http', `it has no parameter 'scheme'; ${parameters}`],
    ['trent://kms.example.com/k?auth=basic', `auth must be sigv4 or none, not 'basic'`],
    [
      'trent://user:s3cr3t@kms.example.com/k',
      `it has a user or a password before its host, where shells and logs see them; ${secrets}`,
    ],
    [
      'trent://kms.example.com/k?credentials=environment',
      `a parameter 'credentials' would put a secret where shells and logs see it; ${secrets}`,
    ],
  ])('refused: %j', expectRefused)
})
