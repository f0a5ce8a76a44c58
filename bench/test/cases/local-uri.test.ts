import { expect, test } from '@jest/globals'
import { parseUri } from '@signport/config'
import { localUri } from '../../src/cases/local-uri.js'

test.each(['/srv/key.pem', '/srv/a folder/100%/key?.pem', '/srv/#1/Schlüssel.pem'])('%s is found', (key) => {
  expect(parseUri(localUri(key))).toEqual({ provider: 'local', key, algorithm: 'RS256' })
})
