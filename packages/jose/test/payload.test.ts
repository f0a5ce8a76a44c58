import { expect, test } from '@jest/globals'
import { readPayload } from '../src/payload.js'
import { failure } from './support/failure.js'

test.each(['compact', 'flattened', 'general'] as const)(
  'what is longer than a text can be does not go as it is into a %s JWS',
  async (serialization) => {
    const form = { serialization, detached: false, encoded: false }
    // Never touched, and so never in memory.
    const error = await failure(() => readPayload(new Uint8Array(540e6), form), 'MessageTooLarge')
    expect(error.message).toMatch(
      /^A payload of 540000000 bytes is longer than a text can be \(535\d{6} bytes at most\): take detached: true\.$/,
    )
  },
)
