import { describe, expect, test } from '@jest/globals'
import { parseUri } from '../src/uri.js'
import { expectRefused, objections } from './support/uri-examples.js'

const INSTANCE = 'kst-hzz62ee817bvyyr5x.cryptoservice.kms.aliyuncs.com'

describe('alikms:', () => {
  const openapi = { transport: 'openapi' }
  const instance = { transport: 'instance', endpoint: `https://${INSTANCE}`, clientKeyFile: 'clientKey.json' }

  test.each<[string, object]>([
    [
      'alikms:///key-hzz62f1cb66fa42qo5l1x?transport=openapi&region=cn-hangzhou',
      { key: 'key-hzz62f1cb66fa42qo5l1x', ...openapi, region: 'cn-hangzhou' },
    ],
    [
      'alikms:///alias/a/b?transport=openapi&region=cn-hangzhou&network=vpc&algorithm=SM2&keyVersion=v-1',
      {
        key: 'alias/a/b',
        ...openapi,
        region: 'cn-hangzhou',
        network: 'vpc',
        algorithm: 'SM2',
        keyVersion: 'v-1',
      },
    ],
    ['alikms:///k?network=public&transport=openapi', { key: 'k', ...openapi, network: 'public' }],
    [
      'alikms://KMS.cn-hangzhou.aliyuncs.com/k?transport=openapi',
      { key: 'k', ...openapi, endpoint: 'https://kms.cn-hangzhou.aliyuncs.com' },
    ],
    [
      'alikms://127.0.0.1:4599/k?transport=openapi&scheme=http',
      { key: 'k', ...openapi, endpoint: 'http://127.0.0.1:4599' },
    ],
    [
      `alikms://${INSTANCE}/key-x?transport=instance&clientKeyFile=clientKey.json&passwordFile=a%20b`,
      { key: 'key-x', ...instance, passwordFile: 'a b' },
    ],
    [
      `alikms://${INSTANCE}/alias/x?transport=instance&clientKeyFile=clientKey.json&passwordEnv=CLIENT_KEY_PASSWORD&caFile=ca.pem&keyVersion=v-1`,
      {
        key: 'alias/x',
        ...instance,
        passwordEnv: 'CLIENT_KEY_PASSWORD',
        caFile: 'ca.pem',
        keyVersion: 'v-1',
      },
    ],
    [
      'alikms://[::1]:4599/k?transport=instance&scheme=http&clientKeyFile=c&passwordEnv=_P2',
      {
        key: 'k',
        transport: 'instance',
        endpoint: 'http://[::1]:4599',
        clientKeyFile: 'c',
        passwordEnv: '_P2',
      },
    ],
  ])('%s', async (uri, expected) => {
    expect(parseUri(uri)).toEqual({ provider: 'alibaba-kms', ...expected })
    expect(await objections(uri)).toEqual([])
  })

  const form = 'alikms://[HOST[:PORT]]/ID, with alias/NAME in place of the ID if need be'
  const both = 'algorithm, encoding, thumbprint, transport, scheme, keyVersion'
  const secrets =
    'OpenAPI finds credentials in the environment, a profile or a role, an instance takes clientKeyFile=PATH with passwordFile=PATH or passwordEnv=VARIABLE, and a configuration file can name others as credentials'

  test.each([
    ['alikms:k', `two slashes and a host, or none, must begin it: ${form}`],
    ['alikms://k', `it names no key: after the host, or none, comes a slash; write ${form}`],
    [
      'alikms://alias/x?transport=openapi',
      `a key stands where its host belongs; write ${form}, with three slashes where there is no host`,
    ],
    ['alikms:///?transport=openapi', `its key is missing; write ${form}`],
    ['alikms:///alias/?transport=openapi', `the name of its alias is missing; write ${form}`],
    ['alikms:///a/b?transport=openapi', `its key has a '/', but is not alias/NAME; write ${form}`],
    [
      'alikms:///acs:kms:cn:1:key/x?transport=openapi',
      `its key has a '/', but is not alias/NAME; write ${form}`,
    ],
    ['alikms:///k', 'add transport=openapi or transport=instance'],
    ['alikms:///k?region=cn-hangzhou', 'add transport=openapi or transport=instance'],
    ['alikms:///k?transport=vpc', `transport must be openapi or instance, not 'vpc'`],
    ['alikms:///k?transport=openapi&network=intranet', `network must be public or vpc, not 'intranet'`],
    [
      'alikms:///k?transport=openapi&caFile=ca.pem',
      `transport=openapi has no parameter 'caFile'; there are ${both}, region, network`,
    ],
    [
      'alikms:///k?clientKeyFile=c&transport=openapi',
      `transport=openapi has no parameter 'clientKeyFile'; there are ${both}, region, network`,
    ],
    [
      `alikms://${INSTANCE}/k?transport=instance&region=cn-hangzhou`,
      `transport=instance has no parameter 'region'; there are ${both}, clientKeyFile, passwordFile, passwordEnv, caFile`,
    ],
    [
      'alikms:///k?transport=instance&clientKeyFile=c',
      'an instance needs a host, such as alikms://INSTANCE.cryptoservice.kms.aliyuncs.com/KEY',
    ],
    [
      `alikms://${INSTANCE}/k?transport=instance`,
      'an instance needs clientKeyFile=PATH, the file that the console gives out as clientKey_….json',
    ],
    [
      'alikms:///k?transport=openapi&scheme=http',
      'scheme says how its host is reached, but it names no host; leave one out or name the other',
    ],
    [
      'alikms://kms.cn-hangzhou.aliyuncs.com/k?transport=openapi&scheme=http',
      'plain http is for this machine alone (localhost, 127.0.0.1, [::1]); leave scheme=http out',
    ],
    [
      `alikms://${INSTANCE}/k?transport=instance&clientKeyFile=c&passwordEnv=s3cr3t!`,
      'passwordEnv must be the name of an environment variable, and not what it holds',
    ],
    [
      'alikms:///k?tranport=openapi',
      `it has no parameter 'tranport'; there are ${both}, region, network, clientKeyFile, passwordFile, passwordEnv, caFile`,
    ],
    [
      'alikms:///k?transport=openapi&accessKeySecret=s3cr3t',
      `a parameter 'accessKeySecret' would put a secret where shells and logs see it; ${secrets}`,
    ],
    [
      'alikms://LTAI:s3cr3t@kms.cn-hangzhou.aliyuncs.com/k?transport=openapi',
      `it has a user or a password before its host, where shells and logs see them; ${secrets}`,
    ],
  ])('refused: %j', expectRefused)
})
