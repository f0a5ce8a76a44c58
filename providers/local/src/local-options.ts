import type { LocalKey } from './private-key.js'
import type { PassphraseSource } from './private-pem.js'

/** What `createLocalProvider` is told: where keys are, and what may be done with their files. */
export interface LocalOptions {
  /** Keys in memory, by the id that signers call them by. With this option no file is read. */
  readonly keys?: Readonly<Record<string, LocalKey>>
  /**
   * Whether signing makes a key where its file is missing. Never when a key is pinned, and with `true` never when
   * NODE_ENV is `production`.
   */
  readonly generate?: boolean | 'always'
  /** Is told of each generated key; by default the process emits a warning. */
  readonly onGenerate?: (generated: GeneratedKey) => void
  /** The passphrase of encrypted keys. */
  readonly passphrase?: PassphraseSource
  /** Whether a key file may be readable by its group. */
  readonly allowGroupRead?: boolean
  /** The folder that relative paths start from; the working directory by default. */
  readonly baseFolder?: string
}

/** A key that was made because its file was missing. */
export interface GeneratedKey {
  /** The absolute path of the new file. */
  readonly path: string
  readonly algorithm: string
  /** The thumbprint of the public key (RFC 7638; for SM2 the SHA-256 of its SPKI), to be pinned. */
  readonly thumbprint: string
}
