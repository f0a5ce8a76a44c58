/** Says, in microseconds, how much has gone by. */
export type Clock = () => number

/** The CPU time of this process: of all of its threads, in their own code and in the system's. */
export const cpuClock: Clock = () => {
  const { user, system } = process.cpuUsage()
  return user + system
}

export const wallClock: Clock = () => performance.now() * 1000
