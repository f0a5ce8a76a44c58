import { tracingChannel } from 'node:diagnostics_channel'
import { format, inspect } from 'node:util'
import { jest } from '@jest/globals'

/** Everything that somebody may come to see of what goes on in this process. */
export interface EverythingShown {
  /** What was printed, warned of and traced; no text twice. */
  readonly texts: ReadonlySet<string>
  /** Lets things be shown as usual again. */
  stop(): void
}

const METHODS = ['debug', 'dir', 'error', 'info', 'log', 'trace', 'warn'] as const

/** Collects it in place of showing it. */
export function collectEverythingShown(): EverythingShown {
  const texts = new Set<string>()
  const show = (value: unknown) => {
    for (const view of viewsOf(value)) texts.add(view)
  }
  const print = (...values: unknown[]) => void texts.add(format(...values))
  const write = (chunk: unknown) => {
    texts.add(typeof chunk === 'string' ? chunk : Buffer.from(chunk as Uint8Array).toString())
    return true
  }
  const spies = [
    ...METHODS.map((method) => jest.spyOn(console, method).mockImplementation(print)),
    ...[process.stdout, process.stderr].map((each) => jest.spyOn(each, 'write').mockImplementation(write)),
  ]
  const listeners = { start: show, end: show, asyncStart: show, asyncEnd: show, error: show }
  process.on('warning', show)
  tracingChannel('signport.sign').subscribe(listeners)
  return {
    texts,
    stop() {
      tracingChannel('signport.sign').unsubscribe(listeners)
      process.off('warning', show)
      for (const spy of spies) spy.mockRestore()
    },
  }
}

/** Everything, each list in one line. */
const ALL = {
  depth: 20,
  showHidden: true,
  getters: true,
  maxStringLength: null,
  maxArrayLength: null,
  compact: true,
  breakLength: Number.POSITIVE_INFINITY,
}

/** What of a value gets into logs, terminals and debuggers. Lines may end in it. */
export function viewsOf(value: unknown): string[] {
  const { message, stack, cause } = Object(value) as Error
  const texts = [message, stack, jsonOf(value), inspect(value), inspect(value, ALL)]
  return [
    ...texts.filter((text) => typeof text === 'string').map((text) => text.replaceAll('\n', ' ')),
    ...(cause === undefined ? [] : viewsOf(cause)),
  ]
}

/** Warnings of Node may hold a socket, which JSON has no form for. */
function jsonOf(value: unknown): string | undefined {
  try {
    return JSON.stringify(value)
  } catch {
    return undefined
  }
}
