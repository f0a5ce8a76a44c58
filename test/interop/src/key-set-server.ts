import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Signer } from '@signport/core'
import { jwksListener } from '@signport/jose'

/** A key set where verifiers find it. */
export interface KeySetServer {
  readonly url: string
  close(): Promise<void>
}

export async function serveKeySet(signers: readonly Signer[]): Promise<KeySetServer> {
  const server = createServer(jwksListener(signers)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/jwks.json`,
    async close() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}
