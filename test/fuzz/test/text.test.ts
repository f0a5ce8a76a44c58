import { describe, test } from '@jest/globals'
import { fuzz } from '../src/fuzz.js'
import { TEXT_PARSERS } from '../src/parsers/text.js'

describe('whatever comes,', () => {
  test.each(TEXT_PARSERS)(
    '$name refuses it clearly or takes it in the one form that there is',
    async (parser) => {
      await fuzz(parser)
    },
  )
})
