import type { SigningProvider } from '@signport/core'
import { abortOf } from '@signport/core/kit'

/** A promise of the first signature by a key's name. */
interface Turn {
  readonly signed: Promise<void>
  readonly pass: () => void
}

/**
 * A provider whose requests for a public key wait until the service has signed with that key. Core makes both at once, and
 * which comes first to a server is chance: with a key that is moved meanwhile, chance would decide the outcome. Each key's
 * name is one signer's.
 */
export function signatureFirst(provider: SigningProvider): SigningProvider {
  const signed = new Set<string>()
  const waiting = new Map<string, Turn>()
  const turnOf = (keyId: string) => {
    const turn = waiting.get(keyId) ?? startTurn()
    waiting.set(keyId, turn)
    return turn
  }
  return {
    ...provider,
    // Who waits here has a slot of the connection already, which the signature that is waited for may need.
    limits: { ...provider.limits, maxConcurrency: 10_000 },
    async sign(request, context) {
      const signature = await provider.sign(request, context)
      signed.add(request.keyId)
      waiting.get(request.keyId)?.pass()
      return signature
    },
    async getPublicKey(request, context) {
      const { keyId } = request
      if (!signed.has(keyId)) {
        context.clock?.pause()
        await unlessAborted(turnOf(keyId).signed, context.signal).finally(() => waiting.delete(keyId))
        context.clock?.restart()
      }
      return provider.getPublicKey(request, context)
    },
  }
}

function startTurn(): Turn {
  let pass = () => {}
  const signed = new Promise<void>((resolve) => {
    pass = resolve
  })
  return { signed, pass }
}

function unlessAborted(turn: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const give = () => signal && reject(abortOf(signal))
    if (signal?.aborted) return give()
    signal?.addEventListener('abort', give, { once: true })
    turn.then(() => {
      signal?.removeEventListener('abort', give)
      resolve()
    })
  })
}
