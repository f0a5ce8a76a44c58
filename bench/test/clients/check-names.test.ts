import { expect, test } from '@jest/globals'
import { checked, checkedDigest, isChecked, unchecked, withoutCheck } from '../../src/clients/check-names.js'

test.each([
  [checked('aws-kms'), true, unchecked('aws-kms')],
  [checkedDigest('aws-kms'), true, unchecked('aws-kms')],
  [unchecked('aws-kms'), false, unchecked('aws-kms')],
  ['raw AWS SDK', false, 'raw AWS SDK'],
])('whether %j is checked, and what it is without', (name, is, without) => {
  expect({ is: isChecked(name), without: withoutCheck(name) }).toEqual({ is, without })
})
