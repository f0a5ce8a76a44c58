import { expect, test } from '@jest/globals'
import { createServerClock } from '@signport/core/kit'
import { createOwnClient } from '../src/own-client.js'
import type { Sdk } from '../src/sdk.js'
import { failure } from './support/failure.js'

test('a version of the SDK whose time cannot be set is refused in words', async () => {
  const sdk = {
    KMSClient: class {
      readonly config = Object.freeze({})
    },
  } as unknown as Sdk
  const error = await failure(async () => createOwnClient(sdk, {}, createServerClock()), 'Configuration')
  expect(error.message).toContain('the time of this version of @aws-sdk/client-kms cannot be set')
})
