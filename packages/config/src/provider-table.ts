import { type ProviderDescriptor, SigningError } from '@signport/core'
import { printable } from '@signport/core/kit'
import { instead } from './nearest.js'
import { PUBLIC_KEY } from './verifier-options.js'

/** The providers that can be named, and how each is loaded when a signer needs it. */
const BUILT_IN = new Map<string, () => Promise<{ provider: ProviderDescriptor }>>([
  ['local', () => import('@signport/local')],
  ['aws-kms', () => import('@signport/aws-kms')],
  ['alibaba-kms', () => import('@signport/alibaba-kms')],
  ['trent-service', () => import('@signport/trent-service')],
])

const TAKEN = `A provider is called ${PUBLIC_KEY}, which is what only verifies: give it another name.`

/** The providers that one configuration may name. */
export interface ProviderTable {
  has(name: string): boolean
  /** What to say of a name that there is not, after the name. */
  insteadOf(name: string): string
  /**
   * @returns the descriptor, or in words why its package cannot be loaded
   */
  load(name: string): Promise<ProviderDescriptor | string>
}

/**
 * @param given by code; one with the name of a built-in provider takes its place
 * @throws SigningError `InvalidArgument` for two of one name, and for one with the name of what only verifies
 */
export function providerTable(given: readonly ProviderDescriptor[] = []): ProviderTable {
  const handedOver = new Map(given.map((provider) => [provider.name, provider]))
  if (handedOver.size < given.length)
    throw new SigningError('InvalidArgument', 'Two of the providers have the same name: give each its own.')
  if (handedOver.has(PUBLIC_KEY)) throw new SigningError('InvalidArgument', TAKEN)
  const names = [...new Set([...BUILT_IN.keys(), PUBLIC_KEY, ...handedOver.keys()])]
  return {
    has: (name) => names.includes(name),
    insteadOf: (name) => instead(name, names),
    load: async (name) => handedOver.get(name) ?? loadBuiltIn(name),
  }
}

async function loadBuiltIn(name: string): Promise<ProviderDescriptor | string> {
  try {
    const module = await BUILT_IN.get(name)?.()
    return module?.provider ?? 'is not loaded'
  } catch (error) {
    return whyNotLoaded(`@signport/${name}`, error)
  }
}

/** Only the package itself is worth installing: what it misses inside is another mistake. */
function whyNotLoaded(packageName: string, error: unknown): string {
  const { code, message } = Object(error) as { code?: unknown; message?: unknown }
  const missing = code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND'
  if (missing && /^Cannot find (?:package|module) '([^']+)'/.exec(String(message))?.[1] === packageName)
    return `the package ${packageName} is not installed; install it: npm install ${packageName}`
  const why = typeof message === 'string' ? (message.split('\n', 1)[0] ?? '') : String(code)
  return `the package ${packageName} cannot be loaded: ${printable(why)}`
}
