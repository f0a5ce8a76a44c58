import { setTimeout as wait } from 'node:timers/promises'

/** How long what was closed may take to be gone, in milliseconds. */
const PATIENCE_MS = 5_000

/** How often it is looked at, in milliseconds. */
const STEP_MS = 20

/** How many connections and servers of this process are open. */
export function openConnectionCount(): number {
  return process.getActiveResourcesInfo().filter((type) => /^TCP|^TLS/i.test(type)).length
}

/** Waits until there are as few connections as there were before. */
export async function connectionsLeft(before: number): Promise<readonly string[]> {
  for (let waited = 0; waited < PATIENCE_MS; waited += STEP_MS) {
    if (openConnectionCount() <= before) return []
    await wait(STEP_MS)
  }
  return [`${openConnectionCount() - before} connections that nobody has closed`]
}
