import { describe, test } from '@jest/globals'
import { fuzz } from '../src/fuzz.js'
import { FAULT_PARSERS } from '../src/parsers/fault-document.js'

describe('whatever comes,', () => {
  test.each(FAULT_PARSERS)(
    '$name refuses it clearly or takes it in the one form that there is',
    async (parser) => {
      await fuzz(parser)
    },
  )
})
