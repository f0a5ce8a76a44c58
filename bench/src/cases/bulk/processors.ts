import { cpus } from 'node:os'

/** The processors of this machine, from now on. */
export interface ProcessorWatch {
  /** How much of their time nobody has used so far, from 0 to 1. */
  idle(): number
}

export function watchProcessors(): ProcessorWatch {
  const before = times()
  return {
    idle() {
      const { idle, all } = times()
      const passed = all - before.all
      return passed > 0 ? (idle - before.idle) / passed : 1
    },
  }
}

/** In milliseconds, since the machine was started. */
function times(): { idle: number; all: number } {
  const each = cpus().map(({ times }) => times)
  const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0)
  return { idle: sum(each.map(({ idle }) => idle)), all: sum(each.flatMap((time) => Object.values(time))) }
}
