import { inspect } from 'node:util'

/** What the process itself complains of. */
export interface ProcessWatch {
  /** Rejections that nobody handled, and warnings, so far. */
  defects(): readonly string[]
  stop(): void
}

/** What AWS says to everybody who uses its SDK on a Node that it will give up. */
const OF_THE_SDK = /^NodeVersionSupportWarning/

/** Listens from now on. Rejections do not end the process meanwhile. */
export function watchProcess(): ProcessWatch {
  const defects: string[] = []
  const onRejection = (reason: unknown) =>
    void defects.push(`a rejection that nobody handled: ${inspect(reason)}`)
  const onWarning = ({ name, message }: Error) => {
    if (!OF_THE_SDK.test(message)) defects.push(`a warning: ${name}: ${message}`)
  }
  process.on('unhandledRejection', onRejection)
  process.on('warning', onWarning)
  return {
    defects: () => defects,
    stop() {
      process.off('unhandledRejection', onRejection)
      process.off('warning', onWarning)
    },
  }
}
