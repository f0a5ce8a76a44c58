import { randomUUID } from 'node:crypto'
import { tracingChannel } from 'node:diagnostics_channel'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterEach, expect, test } from '@jest/globals'
import { context, createContextKey, ROOT_CONTEXT } from '@opentelemetry/api'
import { type Instrumentation, listen } from '../src/listener.js'
import { keepContexts, reset } from './support/telemetry.js'

interface Work {
  readonly name: string
}

const newChannel = () => tracingChannel<unknown, Work>(`signport.test.${randomUUID()}`)

/** Of each test its own: what does not end in one is still listened for. */
let channel = newChannel()
const key = createContextKey('work')
const enabled: Instrumentation[] = []

afterEach(() => {
  for (const { disable } of enabled.splice(0)) disable()
  channel = newChannel()
  reset()
})

/** Listens on the channel of the test, and says what it was told. */
function listenHere() {
  const told: string[] = []
  const instrumentation = listen(channel, {
    begin(about: Work) {
      told.push(`begin ${about.name}`)
      return { context: ROOT_CONTEXT.setValue(key, about.name), name: about.name }
    },
    end: (about, { name }) => void told.push(`end ${about.name} of ${name}`),
  })
  enabled.push(instrumentation)
  return { told, ...instrumentation }
}

const begin = (work: Work, run: () => unknown = () => undefined) => channel.start.runStores(work, run)
const end = (work: Work) => channel.asyncEnd.publish(work)

test('a beginning and an end belong together by their object', () => {
  const { told } = listenHere()
  const [one, two] = [{ name: 'work' }, { name: 'work' }]
  begin(one)
  begin(two)
  end(two)
  end(one)
  expect(told).toEqual(['begin work', 'begin work', 'end work of work', 'end work of work'])
})

test('the context is the active one in what is run, and after it was waited for, and nowhere else', async () => {
  keepContexts()
  listenHere()
  const seen: unknown[] = []
  const look = () => seen.push(context.active().getValue(key))
  const run = async () => {
    look()
    await new Promise(setImmediate)
    look()
  }
  const running = begin({ name: 'outer' }, run)
  look()
  await running
  look()
  expect(seen).toEqual(['outer', undefined, 'outer', undefined])
})

test('what is run has its result, and its error is its own', () => {
  listenHere()
  expect(begin({ name: 'work' }, () => 5)).toBe(5)
  const fail = () =>
    begin({ name: 'work' }, () => {
      throw new RangeError('why')
    })
  expect(fail).toThrow(new RangeError('why'))
})

test('an end is told of once, and not without its beginning', () => {
  const { told } = listenHere()
  const work = { name: 'work' }
  end(work)
  begin(work)
  end(work)
  end(work)
  expect(told).toEqual(['begin work', 'end work of work'])
})

test('when it is disabled, what is under way is told of to its end, and nothing else is', () => {
  const { told, disable } = listenHere()
  const [one, two, late] = [{ name: 'one' }, { name: 'two' }, { name: 'late' }]
  begin(one)
  begin(two)
  disable()
  begin(late)
  end(late)
  end(one)
  expect(channel.asyncEnd.hasSubscribers).toBe(true)
  end(two)
  expect(told).toEqual(['begin one', 'begin two', 'end one of one', 'end two of two'])
  expect(channel.start.hasSubscribers).toBe(false)
  expect(channel.asyncEnd.hasSubscribers).toBe(false)
})

test('a listener that leaves while an end is told takes no other one with it', () => {
  const [one, two] = [listenHere(), listenHere()]
  const work = { name: 'work' }
  begin(work)
  one.disable()
  end(work)
  expect(one.told).toEqual(['begin work', 'end work of work'])
  expect(two.told).toEqual(['begin work', 'end work of work'])
})

test('what never ends is not kept', async () => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  listenHere()
  const work = beginAndForget()
  for (let round = 0; work.deref() && round < 20; round++) {
    await new Promise(setImmediate)
    collect()
  }
  expect(work.deref()).toBeUndefined()
})

/** In a function of its own, so that nothing in the test holds it. */
function beginAndForget(): WeakRef<Work> {
  const work = { name: 'work' }
  begin(work)
  return new WeakRef(work)
}
