import { describe, test } from '@jest/globals'
import { fuzz } from '../src/fuzz.js'
import { TOKEN_PARSERS } from '../src/parsers/token.js'

describe('whatever comes,', () => {
  test.each(TOKEN_PARSERS)(
    '$name refuses it clearly or takes it in the one form that there is',
    async (parser) => {
      await fuzz(parser)
    },
  )
})
