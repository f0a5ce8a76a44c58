import { describe, test } from '@jest/globals'
import { fuzz } from '../src/fuzz.js'
import { SDK_PARSERS } from '../src/parsers/sdk-answer.js'

describe('whatever comes,', () => {
  test.each(SDK_PARSERS)(
    '$name refuses it clearly or takes it in the one form that there is',
    async (parser) => {
      await fuzz(parser)
    },
  )
})
