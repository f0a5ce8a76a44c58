import type { LocalKey, PassphraseSource } from './private-key.js'

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

export interface GeneratedKey {
  /** The absolute path of the new file. */
  readonly path: string
  readonly algorithm: string
  /** The RFC 7638 thumbprint of the public key, to be pinned. */
  readonly thumbprint: string
}
