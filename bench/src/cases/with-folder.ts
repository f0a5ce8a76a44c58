import { rmSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What ends this process unless it is listened to. */
const INTERRUPTIONS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Has a new folder until `use` ends, whatever happens: there may be gigabytes in it, and whoever waits may lose patience. */
export async function withFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'signport-bench-'))
  const remove = () => rmSync(folder, { recursive: true, force: true })
  const removeAndEnd = (signal: NodeJS.Signals) => {
    remove()
    // It was listened to once: now it does what it does by itself.
    process.kill(process.pid, signal)
  }
  for (const signal of INTERRUPTIONS) process.once(signal, removeAndEnd)
  try {
    return await use(folder)
  } finally {
    for (const signal of INTERRUPTIONS) process.removeListener(signal, removeAndEnd)
    remove()
  }
}
