export { type LocalConfig, provider } from './descriptor.js'
export type { GeneratedKey, LocalOptions } from './local-options.js'
export { createLocalProvider } from './local-provider.js'
export type { LocalKey, PassphraseSource } from './private-key.js'
