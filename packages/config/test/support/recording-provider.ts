import type { ProviderDescriptor, SigningProvider } from '@signport/core'
import { createLocalProvider } from '@signport/local'

/** A provider of a user's own, which keeps count of itself. */
export interface RecordingProvider extends ProviderDescriptor {
  /** What was made, in this order, and with which options. */
  readonly made: object[]
  /** How many of them are not closed. */
  open(): number
}

/** Keys of `local`, under another name, with any options. */
export function recordingProvider(name = 'vault', keys: Record<string, string> = {}): RecordingProvider {
  const made: object[] = []
  let open = 0
  return {
    name,
    uriSchemes: [],
    made,
    open: () => open,
    configSchema: async () => ({
      '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value: value as object }) },
    }),
    create(options): SigningProvider {
      made.push(options)
      open++
      const { sign, support, getPublicKey } = createLocalProvider({ keys })
      return {
        name,
        support,
        sign,
        getPublicKey,
        async close() {
          open--
        },
      }
    },
  }
}
