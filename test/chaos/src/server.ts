import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { FaultPlan, SeedDocument } from '@signport/emulator'
import { type ChaosKey, found } from './chaos-key.js'
import type { Met, Place, Question, Reply, SeenFaults, Sight } from './emulator-process.js'
import type { ChaosItem } from './item.js'
import type { Look } from './run-clock.js'

/** The emulator's program, as it was built: jest's way to run TypeScript is none for other processes. */
const PROGRAM = fileURLToPath(new URL('../dist/emulator-process.js', import.meta.url))

/** An emulator in a process of its own. In that of the clients, it would answer only when these have nothing to do. */
export interface Server extends Place {
  /** From now on, so many answers are faulty; none, without a plan. */
  trouble(plan?: FaultPlan): Promise<void>
  seen(): Promise<SeenFaults>
  /** What goes on; what requests have met since the last look goes to `onMet`. */
  look(): Promise<Look>
  onMet(met: (met: Met) => void): void
  /** Sets its time that far ahead of the time of this machine. */
  ahead(milliseconds: number): Promise<void>
  /** Failures of the emulator's own so far. */
  defects(): readonly string[]
  /** Resolves when the process has ended. */
  close(): Promise<void>
}

/** Who has a name for a key. */
type KeyUser = Pick<ChaosItem, 'keyId' | 'key'>

/** Starts it with the keys, by the names that their users have for them. */
export async function startServer(keys: readonly ChaosKey[], users: readonly KeyUser[]): Promise<Server> {
  const seed: SeedDocument = {
    version: 1,
    keys: keys.map(({ entry }) => entry),
    aliases: users.map(({ keyId: name, key }) => ({ name, keyId: found(keys, key).id })),
  }
  const child = fork(PROGRAM, { execArgv: [], serialization: 'advanced' })
  const failures: string[] = []
  const ask = asker(child, failures)
  const ended = once(child, 'exit')
  let onMet: (met: Met) => void = () => {}
  return {
    ...((await ask({ ask: 'start', seed })) as Place),
    trouble: async (plan) => void (await ask({ ask: 'random', ...(plan && { plan }) })),
    seen: async () => (await ask({ ask: 'seen' })) as SeenFaults,
    ahead: async (milliseconds) => void (await ask({ ask: 'ahead', milliseconds })),
    async look() {
      const { met, started, underWay } = (await ask({ ask: 'look' })) as Sight
      for (const each of met) onMet(each)
      return { started, underWay }
    },
    onMet(listener) {
      onMet = listener
    },
    defects: () => failures.map((failure) => `the emulator itself failed: ${failure}`),
    async close() {
      await ask({ ask: 'close' })
      await ended
    },
  }
}

/** Answers come in the order of the questions. */
function asker(child: ChildProcess, failures: string[]) {
  const waiting: { resolve: (reply: unknown) => void; reject: (error: Error) => void }[] = []
  child.on('message', (message: Reply) => {
    if ('failure' in message) failures.push(message.failure)
    else waiting.shift()?.resolve(message.reply)
  })
  child.on('exit', (code) => {
    const error = new Error(`The process of the emulator has ended, with the code ${code}.`)
    if (code !== 0) failures.push(error.message)
    for (const { reject } of waiting.splice(0)) reject(error)
  })
  return (question: Question) =>
    new Promise<unknown>((resolve, reject) => {
      waiting.push({ resolve, reject })
      child.send(question, (error) => error && reject(error))
    })
}
