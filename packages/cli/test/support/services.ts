import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Emulator, type EmulatorOptions, startEmulator } from '@signport/emulator'

/** A key of a seed. */
export type SeedKey = NonNullable<EmulatorOptions['seed']>['keys'][number]

/** Ids of keys that are not needed by name. */
export const id = (digit: number) => `${String(digit).repeat(8)}-2222-4333-8444-555555555555`

/** An emulator with certain keys, of which the first is behind `alias/invoices`. */
export function startWith(keys: readonly SeedKey[], auth: 'sigv4' | 'none' = 'sigv4'): Promise<Emulator> {
  const aliases = keys.slice(0, 1).map((key) => ({ name: 'alias/invoices', keyId: key.id }))
  return startEmulator({ auth, seed: { version: 1, keys: [...keys], aliases } })
}

/** What stands between a client and an emulator that does not look at who asks. */
export interface Gate extends AsyncDisposable {
  readonly url: string
}

/** It hands public keys on, and permits nobody to sign once some requests to do so have been handed on. */
export async function startGate(emulator: Emulator, permitted = 0): Promise<Gate> {
  let left = permitted
  const server = createServer(async (request, response) => {
    const target = String(request.headers['x-amz-target'])
    const body = Buffer.concat(await request.toArray())
    if (target.endsWith('.Sign')) left -= 1
    const answer =
      left < 0
        ? Response.json(
            { __type: 'AccessDeniedException', message: 'not authorized: kms:Sign' },
            { status: 400 },
          )
        : await fetch(emulator.url, { method: 'POST', headers: { 'x-amz-target': target }, body })
    response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.1' })
    response.end(await answer.text())
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
