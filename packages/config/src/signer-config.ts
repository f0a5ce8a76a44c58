import type { CommonConfig } from './signer-schema.js'

/**
 * One signer's entry of a configuration: what every provider has in common, and the provider's own options.
 *
 * `key` is the key as the provider names keys: a path, an id, an alias. `algorithm` may be left out where the key
 * allows only one.
 */
export type SignerConfig = Readonly<CommonConfig> & { readonly [option: string]: unknown }
