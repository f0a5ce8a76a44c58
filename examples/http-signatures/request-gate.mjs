import { algorithmNames, parseAlgorithm } from '@signport/core'
import { SignatureError, verifySignature } from 'http-message-sig'
import { contentDigest, covered, LABEL, TAG } from './covered.mjs'

/** How old a signature may be, and how far clocks may be apart, in seconds. */
const [MAX_AGE, CLOCK_SKEW] = [300, 30]

/**
 * Lets in requests that are signed by one of the keys, each once.
 *
 * @param {string} origin where clients reach this server, such as https://shop.example, without a slash at its end. What a
 *   request says of that is not asked: anybody can write it
 * @param {ReadonlyMap<string, import('@signport/core').Verifier>} verifiers by the names that clients have for their keys
 * @param {object} [options]
 * @param {() => number} [options.now] the time, in milliseconds since 1970: `Date.now` by default
 * @param {(error: SignatureError) => void} [options.onRefused] is told why a request is not let in, which its sender is not.
 *   The `code` is one of the library's; the message may quote what the sender wrote
 * @returns the name of the key, or nothing for a request that is not let in
 * @throws TypeError for an origin that is written otherwise than clients sign it
 */
export function createRequestGate(origin, verifiers, { now = Date.now, onRefused = () => {} } = {}) {
  assertOrigin(origin)
  const seen = new Map()

  /** A signature that was recorded is worth nothing, as its nonce was there before. */
  function assertNew({ parameters: { created, keyid, nonce, tag } }, time) {
    if (tag !== TAG) throw refusal(`Only signatures with the tag ${TAG} are wanted`)
    for (const [old, end] of seen) if (end < time) seen.delete(old)
    const id = JSON.stringify([keyid, nonce])
    if (seen.has(id)) throw refusal('The nonce was there before')
    seen.set(id, created + MAX_AGE + CLOCK_SKEW)
  }

  /** @throws SignatureError for a request that is not let in */
  async function verify({ method, url, rawHeaders }, body) {
    const fields = fieldsOf(rawHeaders)
    const headers = new Headers(fields.map(({ name, value }) => [name, value]))
    if (headers.get('content-digest') !== contentDigest(body))
      throw refusal('The body is not that of content-digest')
    const time = Math.floor(now() / 1000)
    // Put together, and not resolved: what the request names could be a whole URL, of another server that it was signed for.
    const message = { kind: 'request', method, targetUri: origin + url, fields }
    const { parameters } = await verifySignature(message, {
      label: LABEL,
      policy: {
        algorithms: [...verifiers.values()].map(nameOf),
        requiredComponents: covered(headers),
        requiredParameters: ['created', 'keyid', 'nonce', 'tag'],
        maxAge: MAX_AGE,
        clockSkew: CLOCK_SKEW,
        now: time,
        validate: (signature) => assertNew(signature, time),
      },
      resolveVerifier: ({ parameters: { keyid } }) => messageVerifier(verifiers.get(keyid)),
    })
    return parameters.keyid
  }

  return async function admit(request, body) {
    try {
      return await verify(request, body)
    } catch (error) {
      if (!(error instanceof SignatureError)) throw error
      onRefused(error)
      return undefined
    }
  }
}

function assertOrigin(origin) {
  const written = new URL(origin).origin
  if (written !== origin) throw new TypeError(`The origin must be written ${written}, as clients sign it.`)
}

const refusal = (message) => new SignatureError('PolicyViolation', message)

function messageVerifier(verifier) {
  if (!verifier) throw new Error('no such key')
  return {
    algorithm: nameOf(verifier),
    verify: (base, signature) => verifier.verify(base, signature, { encoding: 'ieee-p1363' }),
  }
}

const nameOf = ({ algorithm }) => algorithmNames(parseAlgorithm(algorithm)).rfc9421[0]

/** Every line of the head, in its order: where a field came twice, both count. */
const fieldsOf = (rawHeaders) =>
  rawHeaders.flatMap((name, index) => (index % 2 === 0 ? [{ name, value: rawHeaders[index + 1] }] : []))
