import { isRotatingSigner, type Signer, SigningError } from '@signport/core'
import { printable, readDuration, typeName } from '@signport/core/kit'

/** Where no rotation says how long key sets may be kept. In seconds. */
const USUAL_SECONDS = 600

/**
 * How long a key set may be kept, in seconds: by the shortest `cacheLifetimeMs` of rotating signers, or less if that is
 * wanted. Longer it may not be: the rotations rely on it that no cache is older.
 *
 * @throws TypeError for what is neither a number nor text
 * @throws SigningError `InvalidArgument` for what is no length of time, and for one that is too long
 */
export function readMaxAge(signers: readonly Signer[], wanted: number | string | undefined): number {
  const lifetimes = signers.filter(isRotatingSigner).map(({ cacheLifetimeMs }) => cacheLifetimeMs)
  const limit = lifetimes.length > 0 ? Math.floor(Math.min(...lifetimes) / 1_000) : USUAL_SECONDS
  if (wanted === undefined) return limit
  const seconds = secondsOf(wanted)
  if (seconds <= limit) return seconds
  const whose =
    lifetimes.length > 0 ? 'the cacheLifetime of a rotating signer' : 'the usual where no signer rotates'
  throw new SigningError(
    'InvalidArgument',
    `maxAge may be at most ${limit} seconds, ${whose}, and not ${seconds}: new keys sign when caches that old have ended.`,
  )
}

function secondsOf(maxAge: unknown): number {
  if (typeof maxAge === 'string') return readText(maxAge)
  if (typeof maxAge !== 'number')
    throw new TypeError(
      `maxAge must be a number of seconds or a text such as '10m', not ${typeName(maxAge)}.`,
    )
  if (Number.isSafeInteger(maxAge) && maxAge >= 0) return maxAge
  throw new SigningError(
    'InvalidArgument',
    `maxAge must be a whole number of seconds from 0 on, or a text such as '10m', not ${printable(`${maxAge}`)}.`,
  )
}

/** A length of time, whose error does not say which option it is. */
function readText(maxAge: string): number {
  try {
    return readDuration(maxAge) / 1_000
  } catch (error) {
    throw new SigningError('InvalidArgument', `maxAge cannot be read. ${(error as Error).message}`)
  }
}
