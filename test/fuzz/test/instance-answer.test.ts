import { describe, test } from '@jest/globals'
import { fuzz } from '../src/fuzz.js'
import { INSTANCE_PARSERS } from '../src/parsers/instance-answer.js'

describe('whatever comes,', () => {
  test.each(INSTANCE_PARSERS)(
    '$name refuses it clearly or takes it in the one form that there is',
    async (parser) => {
      await fuzz(parser)
    },
  )
})
