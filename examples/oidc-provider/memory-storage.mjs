/**
 * Where oidc-provider keeps sessions and codes, for one process: those who run several, or want to keep sessions over a
 * restart, put a database here. One storage serves all providers that follow one another.
 */
export function createMemoryStorage() {
  const models = new Map()
  return (model) => {
    if (!models.has(model)) models.set(model, createModel())
    return models.get(model)
  }
}

function createModel() {
  const stored = new Map()

  function drop(isUnwanted) {
    for (const [id, entry] of stored) if (isUnwanted(entry)) stored.delete(id)
  }

  const findWhere = async (isWanted) => [...stored.values()].map(({ payload }) => payload).find(isWanted)

  return {
    async upsert(id, payload, expiresIn = Number.POSITIVE_INFINITY) {
      const now = Date.now()
      drop(({ until }) => until < now)
      stored.set(id, { payload: structuredClone(payload), until: now + expiresIn * 1000 })
    },
    find: async (id) => stored.get(id)?.payload,
    findByUid: (uid) => findWhere((payload) => payload.uid === uid),
    findByUserCode: (userCode) => findWhere((payload) => payload.userCode === userCode),
    async consume(id) {
      const { payload } = stored.get(id) ?? {}
      if (payload) payload.consumed = Math.floor(Date.now() / 1000)
    },
    destroy: async (id) => void stored.delete(id),
    revokeByGrantId: async (grantId) => drop(({ payload }) => payload.grantId === grantId),
  }
}
