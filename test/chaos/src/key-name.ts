/** The name of a key in an answer: some have its id, others an ARN that ends with it. */
export const lastPart = (keyId: string) => keyId.slice(keyId.lastIndexOf('/') + 1)
