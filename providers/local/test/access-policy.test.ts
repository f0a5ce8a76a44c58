import { expect, test } from '@jest/globals'
import { provider } from '../src/index.js'

test('says who may read each file, since there is no service to ask', () => {
  const use = (keyId: string, options: object = {}) => ({ keyId, options, operations: ['sign'] as const })
  const uses = [use('./a.pem'), use('./b.pem', { allowGroupRead: true }), use('./a.pem'), use('c\u001b[2J')]
  expect(provider.accessPolicies?.(uses)).toEqual([
    {
      kind: 'File permissions',
      notes: [
        'The key file ./a.pem is readable by its owner alone (chmod 600), and belongs to the user that the program runs as.',
        'The key file ./b.pem is readable by its owner and its group alone (chmod 640), and belongs to the user that the program runs as.',
        'The key file c\\u{1b}[2J is readable by its owner alone (chmod 600), and belongs to the user that the program runs as.',
      ],
    },
  ])
  expect(provider.accessPolicies?.([])).toEqual([])
})
