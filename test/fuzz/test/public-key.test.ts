import { describe, test } from '@jest/globals'
import { fuzz } from '../src/fuzz.js'
import { PUBLIC_KEY_PARSERS } from '../src/parsers/public-key.js'

describe('whatever comes,', () => {
  test.each(PUBLIC_KEY_PARSERS)(
    '$name refuses it clearly or takes it in the one form that there is',
    async (parser) => {
      await fuzz(parser)
    },
  )
})
