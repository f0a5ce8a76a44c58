import { performance } from 'node:perf_hooks'
import type { Signer } from '@signport/core'
import { printable, typeName } from '@signport/core/kit'
import { keySetOf } from './jwks.js'
import { assertHandlerOptions, type JwksHandlerOptions } from './jwks-handler-options.js'
import {
  isReading,
  type KeySetAnswer,
  type KeySetRequest,
  keySetAnswer,
  otherMethodAnswer,
  unavailableAnswer,
} from './key-set-answer.js'
import { publishedNames } from './key-set-entry.js'
import { holdersOf, type KeySetSource, signersOf } from './key-set-source.js'
import { readMaxAge } from './max-age.js'
import type { JsonWebKeySet } from './types.js'

/** What answers requests for a key set, whichever way they come. Its promise is never rejected. */
export type KeySetEndpoint = (request: KeySetRequest) => Promise<KeySetAnswer>

/** @throws as `jwksHandler` does */
export function createKeySetEndpoint(source: KeySetSource, options: JwksHandlerOptions = {}): KeySetEndpoint {
  assertHandlerOptions(options)
  const signers = signersOf(source)
  // What never works is told now, and not by each request.
  holdersOf(signers).forEach(publishedNames)
  const maxAge = readMaxAge(signers, options.maxAge)
  const read = createReader(signers, options.onError ?? warnOfFailure)
  return async (request) => {
    if (!isReading(request)) return otherMethodAnswer(request)
    try {
      return keySetAnswer(request, await read(), maxAge)
    } catch (error) {
      return unavailableAnswer(request, error)
    }
  }
}

/** In milliseconds. */
const FAILURE_KEPT_MS = 1_000

/**
 * Reads the set anew for each request, since what belongs into it changes with the time; the signers keep their keys. A
 * failure stands for a moment: how often a service is asked for keys is not for anybody to decide who can send requests.
 */
function createReader(
  signers: readonly Signer[],
  onError: (error: unknown) => void,
): () => Promise<JsonWebKeySet> {
  let failure: { readonly error: unknown; readonly until: number } | undefined
  const standing = () => failure !== undefined && performance.now() < failure.until
  return async () => {
    if (standing()) throw failure?.error
    try {
      return await keySetOf(signers)
    } catch (error) {
      // Requests that failed together are one failure.
      if (!standing()) {
        failure = { error, until: performance.now() + FAILURE_KEPT_MS }
        void tell(onError, error)
      }
      throw error
    }
  }
}

/** What goes wrong in there must not leave a request without its answer, and not end the process. */
async function tell(onError: (error: unknown) => unknown, error: unknown): Promise<void> {
  try {
    await onError(error)
  } catch (failure) {
    warnOfFailure(error)
    warn("The onError of a key set's handler failed", failure)
  }
}

/** What happens where nobody wants to be told: whoever watches the process still learns of it. */
const warnOfFailure = (error: unknown) => warn('A key set cannot be served', error)

function warn(what: string, error: unknown): void {
  const why = error instanceof Error ? error.message : typeName(error)
  process.emitWarning(`${what}: ${printable(why, 2_000)}`, { type: 'SignportKeySet' })
}
