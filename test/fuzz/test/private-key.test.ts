import { describe, test } from '@jest/globals'
import { fuzz } from '../src/fuzz.js'
import { PRIVATE_KEY_PARSERS } from '../src/parsers/private-key.js'

describe('whatever comes,', () => {
  test.each(PRIVATE_KEY_PARSERS)(
    '$name refuses it clearly or takes it in the one form that there is',
    async (parser) => {
      await fuzz(parser)
    },
  )
})
