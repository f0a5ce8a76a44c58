import { GCProfiler } from 'node:v8'
import { describe, expect, test } from '@jest/globals'
import { compareAll, compareAny } from '../../src/harness/pairs.js'

/** A clock that contenders move themselves. */
function handClock() {
  let now = 1000
  const costing = (name: string, cost: number, turns: string[] = []) => ({
    name,
    async perform(count: number) {
      turns.push(`${name}${count}`)
      now += count * cost
    },
  })
  return { clock: () => now, costing }
}

describe('compareAll', () => {
  test('gives what an operation took, and ratios of the same rounds', async () => {
    const { clock, costing } = handClock()
    const contenders = [costing('light', 10), costing('heavy', 40)]
    const measured = await compareAll(contenders, { clock, count: 5, pairs: 4 })
    expect(measured.of('light')).toEqual([10, 10, 10, 10])
    expect(measured.median('heavy')).toBe(40)
    expect(measured.ratio('light', 'heavy')).toEqual({ median: 0.25, low: 0.25, high: 0.25 })
  })

  test('warms everybody up first, then has turns in changing order', async () => {
    const turns: string[] = []
    const rounds: number[] = []
    const { clock, costing } = handClock()
    const contenders = [costing('a', 1, turns), costing('b', 1, turns)]
    const onRound = (round: number) => rounds.push(round)
    await compareAll(contenders, { clock, count: 2, pairs: 3, warmup: 7, onRound })
    expect(turns).toEqual(['a7', 'b7', 'a2', 'b2', 'b2', 'a2', 'b2', 'a2'])
    expect(rounds).toEqual([0, 1, 2])
  })

  test('collects young garbage before each turn, and not the old', async () => {
    let profiler = new GCProfiler()
    profiler.start()
    const seen: string[][] = []
    const look = async () => {
      seen.push(profiler.stop().statistics.map(({ gcType }) => gcType))
      profiler = new GCProfiler()
      profiler.start()
    }
    const contenders = ['a', 'b'].map((name) => ({ name, perform: look }))
    await compareAll(contenders, { clock: () => 0, count: 1, pairs: 3 })
    profiler.stop()
    const turns = seen.slice(contenders.length)
    expect(turns.map((kinds) => kinds.includes('Scavenge'))).toEqual(Array(6).fill(true))
    // V8 may wish for one by itself.
    expect(turns.flat().filter((kind) => kind === 'MarkSweepCompact').length).toBeLessThan(turns.length)
  })

  test('throws what a contender throws', async () => {
    const failure = new Error('no signature')
    const broken = { name: 'broken', perform: () => Promise.reject(failure) }
    const { clock, costing } = handClock()
    const options = { clock, count: 1, pairs: 1, warmup: 0 }
    await expect(compareAll([costing('a', 1), broken], options)).rejects.toThrow('no signature')
  })

  test('refuses two of one name', async () => {
    const { clock, costing } = handClock()
    const options = { clock, count: 1, pairs: 1 }
    await expect(compareAll([costing('a', 1), costing('a', 1)], options)).rejects.toThrow(RangeError)
  })
})

describe('compareAny', () => {
  test('takes what samplers say', async () => {
    let round = 0
    const samplers = [
      { name: 'rising', sample: async () => ++round },
      { name: 'same', sample: async () => 2 },
    ]
    const measured = await compareAny(samplers, { pairs: 3 })
    expect(measured.of('rising')).toEqual([1, 2, 3])
    expect(measured.ratio('rising', 'same')).toEqual({ median: 1, low: 0.5, high: 1.5 })
    expect(() => measured.of('nobody')).toThrow(RangeError)
  })

  test.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('refuses %d', async (value) => {
    await expect(compareAny([{ name: 'odd', sample: async () => value }], { pairs: 1 })).rejects.toThrow(
      'odd took',
    )
  })
})
