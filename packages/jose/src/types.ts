import type { PublicJwk } from '@signport/core'

/** Parameters of a header (RFC 7515 section 4). `alg` and `kid` come from the signer. */
export interface JwsHeader {
  readonly [parameter: string]: unknown
}

/** One signature as JSON (RFC 7515 section 7.2.2), as jose's verifying functions take it. Detached, it has no payload. */
export interface FlattenedJws {
  readonly payload: string
  readonly protected: string
  readonly header?: JwsHeader
  readonly signature: string
}

/** Several signatures of one payload as JSON (RFC 7515 section 7.2.1). Detached, it has no payload. */
export interface GeneralJws {
  readonly payload: string
  readonly signatures: Omit<FlattenedJws, 'payload'>[]
}

/** A public key in a key set. */
export interface PublishedJwk extends PublicJwk {
  readonly kid: string
  readonly use: 'sig'
}

/** A key set (RFC 7517 section 5). */
export interface JsonWebKeySet {
  readonly keys: PublishedJwk[]
}
