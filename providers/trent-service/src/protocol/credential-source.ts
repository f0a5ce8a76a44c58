/** What tells credentials from others, and until when they hold: as the AWS SDK's `AwsCredentialIdentity`. */
export interface Expiring {
  readonly accessKeyId: string
  readonly sessionToken?: string | undefined
  readonly expiration?: Date | undefined
}

/** Where the credentials of a client come from. */
export interface CredentialSource<Credentials> {
  /** Those that are known, at once; a promise where they must be fetched. */
  get(): Credentials | Promise<Credentials>
  /**
   * For credentials that the service said have expired: they are not given out again. Whoever asks at the same time waits
   * for the same new ones.
   *
   * @returns whether there are others now
   */
  renew(refused: Expiring): Promise<boolean>
}

/** New credentials are fetched this long before the known ones run out, in milliseconds. */
const EARLY_MS = 5 * 60 * 1000

/** How long known ones that hold are used after a fetch that brought no better ones: else each call would begin one. */
const PAUSE_MS = 30 * 1000

/**
 * Keeps what is fetched until shortly before it runs out. From then on it is fetched anew, for which nobody waits who can
 * still sign with the known ones.
 *
 * @param fetch must end some day: all wait for it. It is told whether what it has kept itself is worth nothing any more.
 */
export function createCredentialSource<Credentials extends Expiring>(
  fetch: (anew: boolean) => Promise<Credentials>,
): CredentialSource<Credentials> {
  let known: Credentials | undefined
  let endedAt = 0
  let fetching: { readonly isAnew: boolean; readonly credentials: Promise<Credentials> } | undefined
  const begin = (isAnew: boolean) =>
    fetch(isAnew)
      .then((fresh) => {
        known = fresh
        return fresh
      })
      .finally(() => {
        fetching = undefined
        endedAt = Date.now()
      })
  const fetchOnce = (isAnew = false) => {
    fetching ??= { isAnew, credentials: begin(isAnew) }
    return fetching.credentials
  }
  const forget = (refused: Expiring) => {
    if (known && isSame(known, refused)) known = undefined
  }
  return {
    get() {
      if (!known || leftOf(known) <= 0) return fetchOnce()
      // They hold for some minutes: time to ask again, if this fails.
      if (leftOf(known) <= EARLY_MS && Date.now() >= endedAt + PAUSE_MS) fetchOnce().catch(() => {})
      return known
    },
    async renew(refused) {
      forget(refused)
      // Nothing is fetched beside another fetch, and one that was not told of the refusal may bring the same again.
      while (!known && fetching && !fetching.isAnew) {
        await fetching.credentials.catch(() => {})
        forget(refused)
      }
      return !isSame(known ?? (await fetchOnce(true)), refused)
    },
  }
}

/** For how long they hold, in milliseconds. */
function leftOf({ expiration }: Expiring): number {
  return expiration === undefined ? Number.POSITIVE_INFINITY : expiration.getTime() - Date.now()
}

/** Whether they are the same credentials. A secret without its id is nobody's. */
export function isSame(one: Expiring, other: Expiring): boolean {
  return one.accessKeyId === other.accessKeyId && one.sessionToken === other.sessionToken
}
