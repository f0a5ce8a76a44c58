/** How a signer verifies what it gives. */
export const unchecked = (name: string) => `${name}, check off`
export const checked = (name: string) => `${name}, check on`
/** Of a signature over a digest. */
export const checkedDigest = (name: string) => `${name}, check on, signDigest`
