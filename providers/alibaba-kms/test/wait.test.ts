import { describe, expect, test } from '@jest/globals'
import { once } from '../src/wait.js'

const never = () => new Promise<string>(() => {})

describe('one reading for all', () => {
  test('is kept', async () => {
    let readings = 0
    const read = once(async () => ++readings, 'It')
    expect(await Promise.all([read(), read()])).toEqual([1, 1])
    expect(await read()).toBe(1)
  })

  test.each<[string, () => Promise<string>]>([
    ['that failed', () => Promise.reject(new Error('not there yet'))],
    ['that did not end', never],
  ])('%s is made again', async (_, first) => {
    const readings = [first, async () => 'there']
    const read = once(() => (readings.shift() ?? never)(), 'It', 20)
    await Promise.all([
      expect(read()).rejects.toHaveProperty('message'),
      expect(read()).rejects.toHaveProperty('message'),
    ])
    expect(await read()).toBe('there')
  })
})
