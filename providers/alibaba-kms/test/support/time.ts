import { jest } from '@jest/globals'

/** Makes timers stand still until a test moves them: what goes over sockets goes on. */
export function holdTimers(): void {
  jest.useFakeTimers({
    doNotFake: [
      'Date',
      'nextTick',
      'setImmediate',
      'clearImmediate',
      'queueMicrotask',
      'performance',
      'hrtime',
    ],
  })
}
