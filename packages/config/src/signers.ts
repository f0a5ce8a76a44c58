import type { Signer, Verifier } from '@signport/core'

/** The signers of a configuration, by the names that it gives them. */
export interface Signers extends AsyncDisposable {
  /** All names, in the order of the configuration: those that only verify included. */
  readonly names: readonly string[]
  /** The names of those that sign. */
  readonly signerNames: readonly string[]

  /**
   * The signer of a name: a `RotatingSigner` where its keys follow one another.
   *
   * @throws SigningError `Configuration` for a name that there is not, with the nearest one, and for one that only
   *   verifies
   */
  get(name: string): Signer

  /**
   * What verifies the signatures of a name: every signer can, and so can an entry of the provider `public-key`. That of keys
   * which follow one another verifies with all that are published, and takes messages in memory alone.
   *
   * @throws SigningError `Configuration` for a name that there is not, with the nearest one
   */
  verifier(name: string): Pick<Verifier, 'algorithm' | 'verify' | 'verifyDigest'>

  /** Closes every signer, and with them their connections. Later calls of them are `Closed`. */
  close(): Promise<void>
}
