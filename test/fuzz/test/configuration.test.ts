import { describe, test } from '@jest/globals'
import { fuzz } from '../src/fuzz.js'
import { CONFIGURATION_PARSERS } from '../src/parsers/configuration.js'

describe('whatever comes,', () => {
  test.each(CONFIGURATION_PARSERS)(
    '$name refuses it clearly or takes it in the one form that there is',
    async (parser) => {
      await fuzz(parser)
    },
  )
})
