import { once } from 'node:events'
import { createServer } from 'node:http'
import { createVerifier } from '@signport/core'
import { createRequestGate } from './request-gate.mjs'

export const ORDER = {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: '{"item":"a chair"}',
}

/**
 * The server of the tests, behind a gate. It keeps what reached it and why the gate did not let it in; its clock is
 * theirs.
 *
 * @param {Iterable<import('@signport/core').Signer>} signers whose keys it has, by their thumbprints
 */
export async function startOrderServer(signers) {
  const state = { arrived: [], refused: [], now: Date.now }
  const verifiers = new Map()
  for (const signer of signers) {
    const publicKey = await signer.publicKey()
    verifiers.set(publicKey.thumbprint, createVerifier({ publicKey, algorithm: signer.algorithm }))
  }
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray())
    state.arrived.push({ request, body })
    const keyid = await admit(request, body)
    response.writeHead(keyid ? 200 : 401).end(keyid)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const origin = `http://127.0.0.1:${server.address().port}`
  const admit = createRequestGate(origin, verifiers, {
    now: () => state.now(),
    onRefused: (error) => state.refused.push(error),
  })
  const close = () => {
    server.close()
    server.closeAllConnections()
  }
  return { state, verifiers, origin, close }
}
