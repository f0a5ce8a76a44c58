import { existsSync, readFileSync, writeSync } from 'node:fs'

/** What is imported into a process before its program: when that ends, it says what the process has taken. */
export interface Resources {
  /** The most memory that it had, in bytes. */
  readonly peak: number
  /** CPU time of all of its threads, in microseconds. */
  readonly cpu: number
}

const STATUS = '/proc/self/status'

process.once('exit', () => {
  const { user, system } = process.cpuUsage()
  const resources: Resources = { peak: peak(), cpu: user + system }
  writeSync(1, `${JSON.stringify(resources)}\n`)
})

/** Where there is no such file, what the system counts may begin with the memory of the process that started this one. */
function peak(): number {
  const status = existsSync(STATUS) ? readFileSync(STATUS, 'utf8') : ''
  const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? process.resourceUsage().maxRSS
  return Number(kibibytes) * 1024
}
