import { availableParallelism, cpus, machine, platform, release, totalmem } from 'node:os'

/** What the figures were measured on. */
export interface Machine {
  readonly cpu: string
  readonly cores: number
  readonly memory: string
  readonly system: string
  readonly node: string
  /** That is built into Node. */
  readonly openssl: string
}

export function thisMachine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() || 'not known',
    cores: availableParallelism(),
    memory: `${(totalmem() / 2 ** 30).toFixed(1)} GiB`,
    system: `${platform()} ${release()} ${machine()}`,
    node: process.version,
    openssl: process.versions.openssl,
  }
}
