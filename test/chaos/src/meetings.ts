import type { Met } from './emulator-process.js'

/** What requests for each key's name have met, in their order, until somebody takes it. */
export interface Meetings {
  note(met: Met): void
  /** What was noted for a name, which is forgotten then. */
  take(keyId: string): readonly Met[]
}

/** Servers call an alias by its ARN, too. */
const nameOf = (keyId: string) => keyId.slice(Math.max(0, keyId.indexOf('alias/')))

/** None at first. */
export function createMeetings(): Meetings {
  const noted = new Map<string, Met[]>()
  return {
    note(met) {
      const name = nameOf(met.keyId)
      const known = noted.get(name)
      if (known) known.push(met)
      else noted.set(name, [met])
    },
    take(keyId) {
      const known = noted.get(keyId) ?? []
      noted.delete(keyId)
      return known
    },
  }
}
