/** One signer's entry of a configuration: what every provider has in common, and the provider's own options. */
export interface SignerConfig {
  /** The provider's name, such as `local`. */
  readonly provider: string
  /** The key, as the provider names keys: a path, an id, an alias. */
  readonly key: string
  /** May be left out where the key allows only one. */
  readonly algorithm?: string
  readonly [option: string]: unknown
}
