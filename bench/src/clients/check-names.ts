/** How a signer verifies what it gives. */
export const unchecked = (name: string) => `${name}, check off`
export const checked = (name: string) => `${name}, check on`
/** Of a signature over a digest. */
export const checkedDigest = (name: string) => `${name}, check on, signDigest`

/** Whether whoever is named so says that it verifies what it gives. */
export const isChecked = (name: string) => [checked, checkedDigest].some((of) => of(bareName(name)) === name)

/** The same without a check; of whoever has none, as it is. */
export const withoutCheck = (name: string) => (isChecked(name) ? unchecked(bareName(name)) : name)

const bareName = (name: string) => name.split(', check ', 1)[0] as string
