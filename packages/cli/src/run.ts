/** What an action needs, and where it leaves the exit code. */
export interface Run {
  readonly signal: AbortSignal
  exitCode: number
}
