import { afterEach, describe, expect, jest, test } from '@jest/globals'
import { createCredentialSource, type Expiring } from '../../src/protocol/index.js'
import { failureOf } from '../support/failure.js'
import { setDate } from '../support/time.js'

const NOW = new Date('2026-01-01T12:00:00Z')
const minutes = (count: number) => new Date(NOW.getTime() + count * 60_000)

afterEach(() => void jest.useRealTimers())

/** A source whose fetches wait until they are let go. */
function held(make: (fetch: number) => Expiring = (fetch) => ({ accessKeyId: `id${fetch}` })) {
  const waiting: (() => void)[] = []
  const anew: boolean[] = []
  const source = createCredentialSource(async (isAnew) => {
    const fetch = anew.push(isAnew)
    await new Promise<void>((resolve) => waiting.push(resolve))
    return make(fetch)
  })
  const release = () => {
    for (const resolve of waiting.splice(0)) resolve()
  }
  return { source, anew, release }
}

function fail(): never {
  throw new Error('no network')
}

/** A source whose fetches are over at once. */
function counted(make: (fetch: number) => Expiring) {
  let fetches = 0
  const source = createCredentialSource(async () => make(++fetches))
  return { source, fetches: () => fetches }
}

describe('credentials', () => {
  test('are fetched once for all who wait', async () => {
    const { source, anew, release } = held()
    const all = Array.from({ length: 10 }, () => source.get())
    release()
    expect(await Promise.all(all)).toEqual(Array(10).fill({ accessKeyId: 'id1' }))
    expect(anew).toEqual([false])
  })

  test.each<[string, Date | undefined, Date, number]>([
    ['without an expiration are kept', undefined, minutes(100_000), 1],
    ['are kept until five minutes before they run out', minutes(60), minutes(54.9), 1],
    ['are fetched anew from then on', minutes(60), minutes(55), 2],
    ['that have run out are fetched anew', minutes(-1), NOW, 2],
  ])('%s', async (_, expiration, later, expected) => {
    setDate(NOW)
    const { source, fetches } = counted(() => ({ accessKeyId: 'id', ...(expiration && { expiration }) }))
    await source.get()
    jest.setSystemTime(later)
    expect(await source.get()).toMatchObject({ accessKeyId: 'id' })
    expect(fetches()).toBe(expected)
  })

  test('that still hold are used while others are fetched, also when that fails', async () => {
    setDate(NOW)
    const { source, fetches } = counted((fetch) => {
      if (fetch === 2) throw new Error('no network')
      return { accessKeyId: `id${fetch}`, expiration: minutes(60 * fetch) }
    })
    await source.get()
    jest.setSystemTime(minutes(56))
    expect(await source.get()).toMatchObject({ accessKeyId: 'id1' })
    await new Promise((resolve) => setImmediate(resolve))
    jest.setSystemTime(minutes(56.5))
    expect(await source.get()).toMatchObject({ accessKeyId: 'id1' })
    await new Promise((resolve) => setImmediate(resolve))
    expect(await source.get()).toMatchObject({ accessKeyId: 'id3' })
    expect(fetches()).toBe(3)
  })

  test.each<[string, (fetch: number) => Expiring]>([
    ['the same', () => ({ accessKeyId: 'id', expiration: minutes(60) })],
    ['nothing', (fetch) => (fetch === 1 ? { accessKeyId: 'id', expiration: minutes(60) } : fail())],
  ])('that still hold are used for 30 seconds after a fetch that brought %s', async (_, make) => {
    setDate(NOW)
    const { source, fetches } = counted(make)
    await source.get()
    for (const [time, expected] of [
      [minutes(55), 2],
      [minutes(55.49), 2],
      [minutes(55.5), 3],
    ] as const) {
      jest.setSystemTime(time)
      for (let call = 0; call < 100; call++) expect(await source.get()).toMatchObject({ accessKeyId: 'id' })
      expect(fetches()).toBe(expected)
    }
  })

  test('that ran out are not used when no others can be fetched', async () => {
    setDate(NOW)
    const { source } = counted((fetch) => {
      if (fetch === 2) throw new Error('no network')
      return { accessKeyId: `id${fetch}`, expiration: minutes(60) }
    })
    await source.get()
    jest.setSystemTime(minutes(60))
    expect((await failureOf(() => source.get())).message).toBe('no network')
    expect(await source.get()).toMatchObject({ accessKeyId: 'id3' })
  })
})

describe('credentials that a service has refused', () => {
  test('are followed by others, fetched once and anew for all who were refused', async () => {
    const { source, anew, release } = held()
    const first = source.get()
    release()
    const refused = await first
    const renewing = Array.from({ length: 10 }, () => source.renew(refused))
    const next = source.get()
    release()
    expect(await Promise.all(renewing)).toEqual(Array(10).fill(true))
    expect(await next).toEqual({ accessKeyId: 'id2' })
    // Whoever is refused late finds them renewed.
    expect(await source.renew(refused)).toBe(true)
    expect(await source.get()).toEqual({ accessKeyId: 'id2' })
    expect(anew).toEqual([false, true])
  })

  const old = { accessKeyId: 'old', expiration: minutes(4) }
  const fresh = { accessKeyId: 'new' }
  test.each<[string, () => Expiring, readonly boolean[]]>([
    ['the same', () => old, [false, false, true]],
    ['others', () => fresh, [false, false]],
    ['nothing', fail, [false, false, true]],
  ])('while a fetch is under way that brings %s are followed by others', async (_, second, expected) => {
    setDate(NOW)
    const { source, anew, release } = held(
      (fetch) => [() => old, second, () => fresh][fetch - 1]?.() ?? fail(),
    )
    const first = source.get()
    release()
    const refused = await first
    // It begins a fetch, since they hold for a few minutes only.
    jest.setSystemTime(minutes(1))
    await source.get()
    const renewing = Array.from({ length: 10 }, () => source.renew(refused))
    release()
    await new Promise((resolve) => setImmediate(resolve))
    const next = source.get()
    release()
    expect(await Promise.all(renewing)).toEqual(Array(10).fill(true))
    expect(await next).toEqual(fresh)
    expect(await source.get()).toEqual(fresh)
    expect(anew).toEqual(expected)
  })

  test('are not waited for where there are others already', async () => {
    setDate(NOW)
    const { source, anew, release } = held(() => old)
    const first = source.get()
    release()
    await first
    jest.setSystemTime(minutes(1))
    await source.get()
    expect(await source.renew({ accessKeyId: 'older' })).toBe(true)
    expect(anew).toEqual([false, false])
    release()
  })

  test.each<[string, Expiring, boolean]>([
    ['the same ones', { accessKeyId: 'id', sessionToken: 'token' }, false],
    ['the same ones, prolonged', { accessKeyId: 'id', sessionToken: 'token', expiration: minutes(9) }, false],
    ['another session', { accessKeyId: 'id', sessionToken: 'other' }, true],
    ['another id', { accessKeyId: 'other', sessionToken: 'token' }, true],
    ['no session', { accessKeyId: 'id' }, true],
  ])('may be followed by %s', async (_, second, renewed) => {
    const first = { accessKeyId: 'id', sessionToken: 'token' }
    const { source } = counted((fetch) => (fetch === 1 ? first : second))
    expect(await source.renew(await source.get())).toBe(renewed)
  })

  test('leave the failure to fetch others', async () => {
    const { source } = counted((fetch) => {
      if (fetch === 2) throw new Error('no network')
      return { accessKeyId: 'id' }
    })
    const refused = await source.get()
    expect((await failureOf(() => source.renew(refused))).message).toBe('no network')
    expect(await source.get()).toEqual({ accessKeyId: 'id' })
  })
})
