import { expect, test } from '@jest/globals'
import { isRotatingSigner, type RotatingSigner } from '../src/index.js'
import { keyOf, rotationOf } from './support/rotation.js'

const wrapperOf = ({ current, publishedKeys, tokenLifetimeMs, cacheLifetimeMs }: RotatingSigner) => ({
  current,
  publishedKeys,
  tokenLifetimeMs,
  cacheLifetimeMs,
})

test('a rotation is told from a signer', () => {
  const signer = keyOf('a')
  expect(isRotatingSigner(signer)).toBe(false)
  expect(isRotatingSigner(rotationOf({ active: { signer } }))).toBe(true)
})

test('what wraps a rotation is one, whatever it inherits from', () => {
  const rotation = rotationOf({ active: { signer: keyOf('a') } })
  expect(isRotatingSigner(Object.create(rotation))).toBe(true)
  expect(isRotatingSigner(Object.assign(Object.create(null), wrapperOf(rotation)))).toBe(true)
})

test.each(['current', 'publishedKeys', 'tokenLifetimeMs', 'cacheLifetimeMs'])(
  'what wraps a rotation without its %s is none, since tokens and key sets go by all of them',
  (member) => {
    const wrapper = wrapperOf(rotationOf({ active: { signer: keyOf('a') } }))
    expect(isRotatingSigner(wrapper)).toBe(true)
    for (const value of [undefined, null, '60000', Number.NaN, Number.POSITIVE_INFINITY])
      expect(isRotatingSigner({ ...wrapper, [member]: value })).toBe(false)
  },
)

test.each([
  [null],
  [undefined],
  ['publishedKeys'],
  [5],
  [{}],
  [[]],
  [Object.create(null)],
  [{ publishedKeys: [], current: {} }],
  [{ publishedKeys: () => [] }],
  [{ current: () => undefined }],
  [{ tokenLifetimeMs: 1, cacheLifetimeMs: 1 }],
])('%p is no rotation', (value) => {
  expect(isRotatingSigner(value)).toBe(false)
})
