import { format } from 'node:util'
import { jest } from '@jest/globals'

/** What came of a piece of work, and everything that was printed meanwhile. */
export interface Observed<T> {
  readonly result: T
  readonly printed: string
}

const METHODS = ['debug', 'dir', 'error', 'info', 'log', 'table', 'trace', 'warn'] as const

/** Runs a piece of work, and keeps what is written to the console and to both streams of the process to itself. */
export async function observed<T>(work: () => Promise<T>): Promise<Observed<T>> {
  const printed: string[] = []
  const keep = (...values: unknown[]) => void printed.push(format(...values))
  const write = (chunk: unknown) => {
    printed.push(typeof chunk === 'string' ? chunk : Buffer.from(chunk as Uint8Array).toString())
    return true
  }
  const spies = [
    ...METHODS.map((method) => jest.spyOn(console, method).mockImplementation(keep)),
    ...[process.stdout, process.stderr].map((stream) =>
      jest.spyOn(stream, 'write').mockImplementation(write),
    ),
  ]
  try {
    const result = await work()
    // Warnings of the process are written a moment later.
    await new Promise((resolve) => setImmediate(resolve))
    return { result, printed: printed.join('\n') }
  } finally {
    for (const spy of spies) spy.mockRestore()
  }
}
