import { describe, test } from '@jest/globals'
import { fuzz } from '../src/fuzz.js'
import { TRENT_PARSERS } from '../src/parsers/trent-answer.js'

describe('whatever comes,', () => {
  test.each(TRENT_PARSERS)(
    '$name refuses it clearly or takes it in the one form that there is',
    async (parser) => {
      await fuzz(parser)
    },
  )
})
