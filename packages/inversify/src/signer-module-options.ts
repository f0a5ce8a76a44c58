/** What a program cannot do without. Names that are missing are an error when the module is loaded. */
export interface SignerModuleOptions {
  /** The names that must be there and sign. */
  readonly require?: readonly string[]
  /** The names that must be there, and need only verify. */
  readonly requireVerifiers?: readonly string[]
}

const OPTIONS = ['require', 'requireVerifiers']

/**
 * Whether options are what they must be: a misspelt one would require nothing, and a name without a list its letters.
 *
 * @throws TypeError
 */
export function assertModuleOptions(options: unknown): asserts options is SignerModuleOptions {
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    throw new TypeError("The options of signerModule are an object, such as { require: ['invoices'] }.")
  for (const [option, names] of Object.entries(options)) assertOption(option, names)
}

function assertOption(option: string, names: unknown): void {
  if (!OPTIONS.includes(option))
    throw new TypeError(`signerModule has no option ${option}: there are ${OPTIONS.join(' and ')}.`)
  if (names === undefined || (Array.isArray(names) && names.every(isName))) return
  throw new TypeError(`${option} is a list of names in the configuration, such as ['invoices'].`)
}

const isName = (name: unknown) => typeof name === 'string' && name !== ''
