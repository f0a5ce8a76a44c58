import { jest } from '@jest/globals'

/** Sets the date of this process. Timers go on as ever: Node's own need them. */
export function setDate(now: Date | number): void {
  const doNotFake = [
    'clearImmediate',
    'clearInterval',
    'clearTimeout',
    'hrtime',
    'nextTick',
    'performance',
    'queueMicrotask',
    'setImmediate',
    'setInterval',
    'setTimeout',
  ] as const
  jest.useFakeTimers({ now, doNotFake: [...doNotFake] })
}
