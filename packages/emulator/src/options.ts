import { isDate } from 'node:util/types'
import * as v from 'valibot'
import { checked } from './checked.js'
import { type Credential, randomCredential } from './credential.js'
import type { FaultDocument } from './faults/fault-document.js'
import type { SeedDocument } from './keys/key-document.js'

/** How an emulator is started. */
export interface EmulatorOptions {
  /** Where it listens on 127.0.0.1; 0, which is usual, for any free port. */
  readonly port?: number
  /** Whether signatures of requests are checked: `sigv4`, which is usual, or `none`. */
  readonly auth?: 'sigv4' | 'none'
  /** Who may use it. One new pair, if nobody is named. */
  readonly credentials?: readonly Credential[]
  /** `us-east-1` if there is none. It decides the partition of ARNs, too. */
  readonly region?: string
  /** Twelve digits; `111122223333` if there are none. */
  readonly accountId?: string
  /** Where keys are kept from one start to the next. In memory alone, if there is none. */
  readonly keysFile?: string
  /** The file of the keys that there are at the start, which is never written. */
  readonly seedFile?: string
  /** The same, as an object. */
  readonly seed?: SeedDocument
  /** Whether it listens on a second port, too, where it speaks TLS by a CA of its own. */
  readonly tls?: boolean
  /** The folder with the ClientKey for the protocol of KMS instances; one is made there where there is none. */
  readonly clientKeyFolder?: string
  /** What goes wrong on purpose, from the start on. */
  readonly faults?: FaultDocument
  /** The same, as a JSON file. */
  readonly faultsFile?: string
  /** Whether each protocol has a port of its own, too, which can be shut and opened again. */
  readonly separatePorts?: boolean
  /** What time it is: for tests of what takes days. */
  readonly clock?: () => Date
  /** Is told what whoever runs the emulator should know, in one line, without anything secret. */
  readonly notify?: (line: string) => void
}

/** Options that were checked and completed. */
export interface Settings
  extends Required<
    Omit<EmulatorOptions, 'keysFile' | 'seedFile' | 'seed' | 'clientKeyFolder' | 'faults' | 'faultsFile'>
  > {
  /** What the environment of a client is set to, and who else may use the emulator. */
  readonly credentials: readonly [Credential, ...Credential[]]
  readonly keysFile: string | undefined
  readonly seedFile: string | undefined
  readonly seed: unknown
  readonly clientKeyFolder: string | undefined
  readonly faults: unknown
  readonly faultsFile: string | undefined
}

const PORT = 'expected a whole number from 0 to 65535'
const port = v.pipe(
  v.number(PORT),
  v.check((value) => Number.isInteger(value) && value >= 0 && value <= 65_535, PORT),
)

const credential = v.strictObject({
  accessKeyId: v.pipe(v.string(), v.regex(/^[\w.]{16,128}$/, 'expected 16 to 128 letters, digits, _ or .')),
  secretAccessKey: v.pipe(v.string(), v.nonEmpty()),
  sessionToken: v.optional(v.pipe(v.string(), v.nonEmpty())),
  expiration: v.optional(v.date()),
})

const path = v.pipe(v.string(), v.nonEmpty())

/** Answers and timers ask for the time, where nobody could be told that there is none. */
function tellsTime(clock: (...args: unknown[]) => unknown): boolean {
  try {
    const now = clock()
    return isDate(now) && !Number.isNaN(now.getTime())
  } catch {
    return false
  }
}

const schema = v.pipe(
  v.strictObject({
    port: v.optional(port, 0),
    auth: v.optional(v.picklist(['sigv4', 'none']), 'sigv4'),
    credentials: v.optional(v.pipe(v.array(credential), v.minLength(1, 'expected at least one'))),
    region: v.optional(
      v.pipe(v.string(), v.regex(/^[a-z]{2,}(?:-[a-z]+)+(?:-\d)?$/, 'expected a region, such as us-east-1')),
      'us-east-1',
    ),
    accountId: v.optional(v.pipe(v.string(), v.regex(/^\d{12}$/, 'expected twelve digits')), '111122223333'),
    keysFile: v.optional(path),
    seedFile: v.optional(path),
    seed: v.optional(v.unknown()),
    tls: v.optional(v.boolean(), false),
    clientKeyFolder: v.optional(path),
    faults: v.optional(v.unknown()),
    faultsFile: v.optional(path),
    separatePorts: v.optional(v.boolean(), false),
    clock: v.optional(v.pipe(v.function(), v.check(tellsTime, 'expected a function that returns a Date'))),
    notify: v.optional(v.function()),
  }),
  v.check(
    ({ keysFile, seedFile, seed }) =>
      [keysFile, seedFile, seed].filter((each) => each !== undefined).length <= 1,
    'give one of keysFile, seedFile and seed: they all say which keys there are',
  ),
  v.check(
    ({ faults, faultsFile }) => faults === undefined || faultsFile === undefined,
    'give faults or faultsFile, not both: they say the same',
  ),
)

/** @throws TypeError that says which option is wrong, and what was expected */
export function readOptions(options: EmulatorOptions): Settings {
  const { credentials, clock, notify, ...rest } = checked(schema, options, 'The options of the emulator')
  const [first = randomCredential(), ...others] = (credentials ?? []) as readonly Credential[]
  return {
    ...rest,
    credentials: [first, ...others],
    keysFile: rest.keysFile,
    seedFile: rest.seedFile,
    seed: rest.seed,
    clientKeyFolder: rest.clientKeyFolder,
    faults: rest.faults,
    faultsFile: rest.faultsFile,
    clock: (clock as (() => Date) | undefined) ?? (() => new Date()),
    notify: (notify as ((line: string) => void) | undefined) ?? (() => undefined),
  }
}
