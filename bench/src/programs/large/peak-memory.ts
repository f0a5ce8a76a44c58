import { existsSync, readFileSync, writeSync } from 'node:fs'

/** What is imported into a process before its program: when that ends, it says how much memory the process had at most. */
export interface PeakMemory {
  /** In bytes. */
  readonly peak: number
}

const STATUS = '/proc/self/status'

process.once('exit', () => {
  const peakMemory: PeakMemory = { peak: peak() }
  writeSync(1, `${JSON.stringify(peakMemory)}\n`)
})

/** Where there is no such file, what the system counts may begin with the memory of the process that started this one. */
function peak(): number {
  const status = existsSync(STATUS) ? readFileSync(STATUS, 'utf8') : ''
  const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? process.resourceUsage().maxRSS
  return Number(kibibytes) * 1024
}
