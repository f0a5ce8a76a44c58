import { type Signer, SigningError } from '@signport/core'
import { printable } from '@signport/core/kit'
import { chooseEntries, unknownName } from './chosen-entries.js'
import { Connections } from './connections.js'
import type { Configuration } from './entry.js'
import {
  assertOpenOptions,
  type EntryVerifier,
  type OpenEntry,
  type OpenOptions,
  openEntry,
} from './open-entry.js'
import { isFileSource, type ReadOptions, readConfiguration } from './read-configuration.js'
import type { Signers } from './signers.js'

/** What the signers of a configuration are opened with. */
export interface OpenSignersOptions extends OpenOptions {
  /** The names of those to open: all by default. */
  readonly only?: readonly string[]
}

/** What a configuration is read and its signers are opened with. */
export interface LoadOptions extends ReadOptions, OpenSignersOptions {}

/**
 * The signers of a configuration. Those of one provider with the same settings share one connection, which is closed with
 * the last of them.
 *
 * @throws TypeError for a `now` that is no function
 * @throws SigningError `Configuration` for a name that there is not; as `createSigner` does; where an algorithm is left
 *   out, what asking for the public key throws. Then all that were opened are closed again
 */
export async function openSigners(
  configuration: Configuration,
  options: OpenSignersOptions = {},
): Promise<Signers> {
  assertOpenOptions(options)
  const chosen = chooseEntries(configuration, options.only)
  const connections = new Connections(options.host)
  const outcomes = await Promise.allSettled(chosen.map((details) => openEntry(details, connections, options)))
  const opened = new Map<string, OpenEntry>()
  for (const [index, outcome] of outcomes.entries())
    if (outcome.status === 'fulfilled') opened.set(chosen[index]?.entry.name ?? '', outcome.value)
  const failed = outcomes.find((outcome) => outcome.status === 'rejected')
  if (!failed) return new NamedSigners(opened)
  await connections.abandon()
  throw failed.reason
}

/**
 * The signers of a configuration file, an object or a URI: `readConfiguration` and `openSigners` in one step.
 *
 * @throws as they do
 */
export async function loadSigners(source: string | object, options: LoadOptions = {}): Promise<Signers> {
  const { providers, env, baseFolder = baseFolderOf(source, options), ...rest } = options
  return openSigners(await readConfiguration(source, { providers, env, baseFolder }), rest)
}

/** Paths in a file start from the file, wherever the program around is. */
const baseFolderOf = (source: string | object, options: LoadOptions) =>
  isFileSource(source, options) ? undefined : options.host?.baseFolder

class NamedSigners implements Signers {
  readonly names: readonly string[]
  readonly signerNames: readonly string[]
  readonly #opened: ReadonlyMap<string, OpenEntry>
  #closing: Promise<void> | undefined

  constructor(opened: ReadonlyMap<string, OpenEntry>) {
    this.#opened = opened
    this.names = Object.freeze([...opened.keys()])
    this.signerNames = Object.freeze([...opened].filter(([, { signer }]) => signer).map(([name]) => name))
  }

  get(name: string): Signer {
    const { signer } = this.#find(name)
    if (signer) return signer
    const shown = printable(name)
    throw new SigningError(
      'Configuration',
      `${shown} only verifies, because it has a public key alone: use verifier('${shown}').`,
    )
  }

  verifier(name: string): EntryVerifier {
    return this.#find(name).verifier
  }

  close(): Promise<void> {
    this.#closing ??= this.#closeAll()
    return this.#closing
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #find(name: string): OpenEntry {
    const found = this.#opened.get(name)
    if (found) return found
    throw unknownName(name, this.names)
  }

  /** All of them, even where one cannot be closed. */
  async #closeAll(): Promise<void> {
    const outcomes = await Promise.allSettled([...this.#opened.values()].map(({ signer }) => signer?.close()))
    const failed = outcomes.find((outcome) => outcome.status === 'rejected')
    if (failed) throw failed.reason
  }
}
