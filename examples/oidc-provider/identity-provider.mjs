import { Provider } from 'oidc-provider'
import { createMemoryStorage } from './memory-storage.mjs'
import { signingKeys } from './signing-keys.mjs'

/**
 * An OpenID provider whose tokens a rotation signs. The keys of oidc-provider cannot change once it is made: with each
 * change of the rotation there is a new one, which goes on with the storage of the one before.
 *
 * @param {import('@signport/core').RotatingSigner} tokens
 * @param {{ issuer: string, audience: string, configuration: object }} options
 * @returns {{ ready: () => Promise<void>, listen: import('node:http').RequestListener }} `listen` is for node:http; `ready`
 *   throws what a request would only be told as 503: a setting that can never work, or a service that is down
 */
export function createIdentityProvider(tokens, { configuration, ...options }) {
  const settings = { ...options, configuration: { adapter: createMemoryStorage(), ...configuration } }
  let made

  function current() {
    const published = tokens.publishedKeys()
    if (made && isSame(made.published, published)) return made.callback
    const callback = createProvider(tokens, published, settings).then((provider) => provider.callback())
    const making = { published, callback }
    made = making
    // A key that could not be read is asked for again by the next request.
    callback.catch(() => {
      if (made === making) made = undefined
    })
    return callback
  }

  async function listen(request, response) {
    try {
      const callback = await current()
      await callback(request, response)
    } catch (error) {
      console.error(String(error))
      if (response.headersSent) response.destroy()
      else response.writeHead(503, { 'retry-after': '5' }).end()
    }
  }

  return { ready: async () => void (await current()), listen }
}

const isSame = (one, other) =>
  one.length === other.length && one.every(({ signer }, index) => signer === other[index].signer)

async function createProvider(tokens, published, { issuer, audience, configuration }) {
  const keys = await signingKeys(tokens, published)
  const [{ alg }] = keys
  // What is signed must not be valid for longer than its key stays published.
  const lifetime = Math.floor(tokens.tokenLifetimeMs / 1000)
  const provider = new Provider(issuer, {
    ...configuration,
    jwks: { keys },
    // The algorithm may change with the key: clients have the one that signs now.
    clientDefaults: { ...configuration.clientDefaults, id_token_signed_response_alg: alg },
    enabledJWA: { ...configuration.enabledJWA, idTokenSigningAlgValues: [alg] },
    ttl: { ...configuration.ttl, AccessToken: lifetime, ClientCredentials: lifetime, IdToken: lifetime },
    features: {
      ...configuration.features,
      // Experimental in oidc-provider: a version that changes it refuses to start with this acknowledgement.
      externalSigningSupport: { enabled: true, ack: 'experimental-01' },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => audience,
        getResourceServerInfo: () => ({
          scope: 'orders',
          audience,
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg } },
        }),
      },
    },
  })
  // Caches must not keep the key set for longer than the rotation reckons with.
  provider.use(async (context, next) => {
    await next()
    if (context.oidc?.route !== 'jwks') return
    context.set('cache-control', `public, max-age=${Math.floor(tokens.cacheLifetimeMs / 1000)}`)
  })
  provider.on('server_error', (_, error) => console.error(String(error)))
  return provider
}
