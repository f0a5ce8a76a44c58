let loading: Promise<unknown> = Promise.resolve()

/**
 * Loads a module when it is first needed, and no two at the same time: test runners that load modules themselves, as
 * jest does, stumble over two loads that share a third module.
 */
export function inTurn<T>(load: () => Promise<T>): () => Promise<T> {
  let loaded: Promise<T> | undefined
  return () => {
    if (loaded) return loaded
    const mine = loading.then(load)
    loading = mine.catch(() => undefined)
    loaded = mine
    return mine
  }
}
