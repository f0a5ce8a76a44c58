import { describe, expect, test } from '@jest/globals'
import { createAlibabaKmsProvider } from '../src/index.js'
import { CLIENT_KEY } from './support/instance-service.js'
import { CREDENTIALS } from './support/openapi-service.js'

const INSTANCE = 'kst-a.cryptoservice.kms.aliyuncs.com'
const openapi = { transport: 'openapi', credentials: CREDENTIALS } as const
const instance = { transport: 'instance', endpoint: INSTANCE, clientKey: CLIENT_KEY } as const

describe('what a connection bears', () => {
  test.each<[string, Parameters<typeof createAlibabaKmsProvider>[0], object]>([
    ['a region', { ...openapi, region: 'cn-hangzhou' }, { maxConcurrency: 64, maxPerSecond: 180 }],
    ['another endpoint', { ...openapi, endpoint: '127.0.0.1:1' }, { maxConcurrency: 64, maxPerSecond: 180 }],
    ['OpenAPI of an instance', { ...openapi, endpoint: INSTANCE }, { maxConcurrency: 64 }],
    ['an instance', instance, { maxConcurrency: 64 }],
    [
      'a region, by option',
      { ...openapi, region: 'cn-hangzhou', maxConcurrency: 8, maxPerSecond: 45.5 },
      { maxConcurrency: 8, maxPerSecond: 45.5 },
    ],
    [
      'an instance, by option',
      { ...instance, maxConcurrency: 200, maxPerSecond: 1000 },
      { maxConcurrency: 200, maxPerSecond: 1000 },
    ],
  ])('by default or as told: %s', (_, options, limits) => {
    expect(createAlibabaKmsProvider(options).limits).toEqual(limits)
  })
})
