import { cannot } from './system-error.js'

/** Writes to standard output, and waits until it is there. */
export function print(content: Uint8Array | string): Promise<void> {
  return new Promise((resolve, reject) => {
    // The callback has the error; without a listener for the event it would end the process as well.
    process.stdout.once('error', () => undefined)
    process.stdout.write(content, (error) =>
      error ? reject(cannot('write', 'standard output', error)) : resolve(),
    )
  })
}
