import { randomUUID } from 'node:crypto'
import { algorithmNames, parseAlgorithm } from '@signport/core'
import { appendSignature, createSignature } from 'http-message-sig'
import { contentDigest, covered, LABEL, TAG } from './covered.mjs'

/**
 * A request as `fetch` takes it, signed (RFC 9421).
 *
 * @param {import('@signport/core').Signer} signer
 * @param {string} url
 * @param {RequestInit} [init]
 */
export async function signedRequest(signer, url, init) {
  const target = new URL(url)
  // It stays with the client, so that no signature can cover it.
  target.hash = ''
  const request = new Request(target, init)
  request.headers.set('content-digest', contentDigest(Buffer.from(await request.clone().arrayBuffer())))
  const fields = await createSignature(request, {
    label: LABEL,
    components: covered(request.headers),
    parameters: {
      created: Math.floor(Date.now() / 1000),
      keyid: signer.kid ?? (await signer.publicKey()).thumbprint,
      nonce: randomUUID(),
      tag: TAG,
    },
    signer: messageSigner(signer),
  })
  return new Request(request, { headers: appendSignature(request.headers, fields) })
}

/** A signer as the library takes one. The server knows the algorithm by the key: nobody can ask it for another. */
function messageSigner(signer) {
  const [algorithm] = algorithmNames(parseAlgorithm(signer.algorithm)).rfc9421
  if (!algorithm) throw new TypeError(`RFC 9421 has no name for ${signer.algorithm}.`)
  // ECDSA is r and s side by side there (section 3.3.4).
  const sign = async (base) => (await signer.sign(base, { encoding: 'ieee-p1363' })).bytes
  return { algorithm, sign }
}
