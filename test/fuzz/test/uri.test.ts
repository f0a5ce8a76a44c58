import { describe, test } from '@jest/globals'
import { fuzz } from '../src/fuzz.js'
import { URI_PARSERS } from '../src/parsers/uri.js'

describe('whatever comes,', () => {
  test.each(URI_PARSERS)(
    '$name refuses it clearly or takes it in the one form that there is',
    async (parser) => {
      await fuzz(parser)
    },
  )
})
