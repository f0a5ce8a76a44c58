import * as v from 'valibot'
import { checked } from './checked.js'
import { type Credential, randomCredential } from './credential.js'
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
  /** What time it is: for tests of what takes days. */
  readonly clock?: () => Date
  /** Is told what whoever runs the emulator should know, in one line, without anything secret. */
  readonly notify?: (line: string) => void
}

/** Options that were checked and completed. */
export interface Settings
  extends Required<Omit<EmulatorOptions, 'keysFile' | 'seedFile' | 'seed' | 'clientKeyFolder'>> {
  /** What the environment of a client is set to, and who else may use the emulator. */
  readonly credentials: readonly [Credential, ...Credential[]]
  readonly keysFile: string | undefined
  readonly seedFile: string | undefined
  readonly seed: unknown
  readonly clientKeyFolder: string | undefined
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
    clock: v.optional(v.function()),
    notify: v.optional(v.function()),
  }),
  v.check(
    ({ keysFile, seedFile, seed }) =>
      [keysFile, seedFile, seed].filter((each) => each !== undefined).length <= 1,
    'give one of keysFile, seedFile and seed: they all say which keys there are',
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
    clock: (clock as (() => Date) | undefined) ?? (() => new Date()),
    notify: (notify as ((line: string) => void) | undefined) ?? (() => undefined),
  }
}
