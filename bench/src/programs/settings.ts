/** What a program that signs is told. */
export interface Settings {
  /** Where a service is that speaks the protocol of AWS KMS. */
  readonly endpoint: string
  readonly region: string
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string }
  /** The service's name for its key. */
  readonly keyId: string
  /** The same key in a file. */
  readonly keyFile: string
}
