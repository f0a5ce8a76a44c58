import { bounded } from '@signport/core/kit'
import { PROVIDER } from './failure.js'

/** One reading for all who wait, which is kept; what was missing, or did not come in time, may be there the next time. */
export function once<T>(read: () => Promise<T>, what: string, limitMs?: number): () => Promise<T> {
  let reading: Promise<T> | undefined
  return () => {
    reading ??= bounded(read(), { what, provider: PROVIDER, limitMs }).catch((error: unknown) => {
      reading = undefined
      throw error
    })
    return reading
  }
}
