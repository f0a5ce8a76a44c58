export { type OpenOptions, openSigner, readPublicKey } from './open-signer.js'
export type { SignerConfig } from './signer-config.js'
export { parseUri } from './uri.js'
