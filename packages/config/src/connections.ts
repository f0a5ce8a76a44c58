import { inspect, isDeepStrictEqual } from 'node:util'
import type { ProviderHost, Signer, SigningProvider } from '@signport/core'
import type { ConnectionDetails } from './entry.js'

interface Connection {
  readonly details: ConnectionDetails
  readonly provider: SigningProvider
}

/** The providers that a set of signers is opened with: one for all that have the same settings. */
export class Connections {
  readonly #host: ProviderHost
  /** By a text that is the same for the same settings: thousands of entries are not compared with each other. */
  readonly #open = new Map<string, Connection[]>()
  readonly #used = new Set<SigningProvider>()
  readonly #signers: Signer[] = []

  constructor(host: ProviderHost = {}) {
    this.#host = host
  }

  /** The provider for these settings, which is made for the first that needs it. */
  get(details: ConnectionDetails): SigningProvider {
    const text = textOf(details)
    const alike = this.#open.get(text) ?? []
    const known = alike.find((other) => isDeepStrictEqual(other.details, details))
    if (known) return known.provider
    const { descriptor, options, baseFolder } = details
    const host = { ...this.#host, ...(baseFolder !== undefined && { baseFolder }) }
    const provider = descriptor.create(options, host)
    this.#open.set(text, [...alike, { details, provider }])
    return provider
  }

  /** To be told of a signer and the provider that it was made with, which is closed with the last of its signers. */
  use(provider: SigningProvider, signer: Signer): void {
    this.#used.add(provider)
    this.#signers.push(signer)
  }

  /** Closes all that was opened, for whoever could not open all that they wanted. */
  async abandon(): Promise<void> {
    await Promise.allSettled([this.closeUnused(), ...this.#signers.map((signer) => signer.close())])
  }

  /** Closes those that no signer was made with. They have done nothing: that one cannot be closed says nothing. */
  async closeUnused(): Promise<void> {
    const unused = [...this.#open.values()].flat().filter(({ provider }) => !this.#used.has(provider))
    await Promise.allSettled(unused.map(async ({ provider }) => provider?.close?.()))
  }
}

const WHOLE = {
  depth: null,
  maxArrayLength: null,
  maxStringLength: null,
  breakLength: Number.POSITIVE_INFINITY,
  sorted: true,
  customInspect: false,
} as const

const textOf = ({ descriptor: { name }, options, baseFolder }: ConnectionDetails) =>
  inspect([name, baseFolder, options], WHOLE)
