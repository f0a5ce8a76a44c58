import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from '@jest/globals'
import { eachOf, sideBySide } from '../src/side-by-side.js'

/** Goes on until it is ended, and says that it was. */
const endless = (ended: string[], name: string) => async (signal: AbortSignal) => {
  await sleep(60_000, undefined, { signal }).finally(() => ended.push(name))
}

describe('work side by side', () => {
  test('is all done', async () => {
    const done: string[] = []
    const quick = (name: string) => async () => done.push(name)
    await sideBySide({ a: quick('a'), b: quick('b') }, 10_000)
    expect(done).toEqual(['a', 'b'])
  })

  test('that takes too long is ended, and is named in the error', async () => {
    const ended: string[] = []
    const work = { a: endless(ended, 'a'), b: async () => {}, c: endless(ended, 'c') }
    await expect(sideBySide(work, 100)).rejects.toThrow(/^Not done in 0.1 seconds: a, c.$/)
    expect(ended).toEqual(['a', 'c'])
  })

  test('is ended at the first failure, which is the error', async () => {
    const ended: string[] = []
    const fails = async () => {
      throw new Error('no such key')
    }
    await expect(sideBySide({ a: endless(ended, 'a'), b: fails }, 60_000)).rejects.toThrow('no such key')
    expect(ended).toEqual(['a'])
  })
})

describe('each of a list', () => {
  test('has its turn once, and so many are at it at once', async () => {
    const seen: number[] = []
    let now = 0
    let most = 0
    await eachOf([1, 2, 3, 4, 5], 2, async (each) => {
      most = Math.max(most, ++now)
      await sleep(1)
      seen.push(each)
      now--
    })
    expect(seen.toSorted()).toEqual([1, 2, 3, 4, 5])
    expect(most).toBe(2)
  })

  test('fails where one does, when nothing is at work any more', async () => {
    const done: number[] = []
    const work = async (each: number) => {
      if (each === 2) throw new Error('two')
      await sleep(10)
      done.push(each)
    }
    await expect(eachOf([1, 2, 3], 2, work)).rejects.toThrow('two')
    expect(done).toEqual([1, 3])
  })
})
