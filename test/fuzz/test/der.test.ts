import { describe, test } from '@jest/globals'
import { fuzz } from '../src/fuzz.js'
import { DER_PARSERS } from '../src/parsers/der.js'

describe('whatever comes,', () => {
  test.each(DER_PARSERS)(
    '$name refuses it clearly or takes it in the one form that there is',
    async (parser) => {
      await fuzz(parser)
    },
  )
})
