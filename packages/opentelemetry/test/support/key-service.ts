import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import {
  type CallContext,
  createSigner,
  type ProviderSignRequest,
  type SignerOptions,
  SigningError,
  type SigningErrorCode,
  type SigningProvider,
} from '@signport/core'

/** What the service answers to one request for a signature, in place of a good one. */
export interface Answer {
  readonly code?: SigningErrorCode
  readonly providerCode?: string
  readonly requestId?: string
  readonly keyVersion?: string
  /** By a key that is not the one that it gives out. */
  readonly otherKey?: boolean
  /** It does not answer at all. */
  readonly stall?: boolean
}

const newKey = () => createPrivateKey(pemOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey))
const pemOf = (key: KeyObject) => key.export({ type: 'pkcs8', format: 'pem' })

/** A key-management service on HTTP, with one key for ES256 that answers to every name. */
export class KeyService {
  /** What becomes of the next requests, each in turn; then all is well. */
  readonly next: Answer[] = []
  readonly #key = newKey()
  readonly #other = newKey()
  readonly #server: Server = createServer((asked, answer) => this.#serve(asked, answer))

  async start(): Promise<void> {
    await once(this.#server.listen(0, '127.0.0.1'), 'listening')
  }

  async stop(): Promise<void> {
    const closed = once(this.#server.close(), 'close')
    this.#server.closeAllConnections()
    await closed
  }

  /** A signer of the service. */
  signer(options: Partial<SignerOptions> = {}) {
    const { port } = this.#server.address() as AddressInfo
    const provider = keyServiceProvider(port, this.next)
    return createSigner({ provider, keyId: 'invoices', algorithm: 'ES256', random: () => 0, ...options })
  }

  async #serve(asked: IncomingMessage, answer: ServerResponse): Promise<void> {
    const { message, stall, code, otherKey, ...told } = (await json(asked)) as Answer & { message?: string }
    if (message === undefined) return this.#send(answer, { publicKey: this.#publicPem() })
    if (stall) return
    if (code !== undefined) return this.#send(answer, { code, ...told }, 500)
    const key = otherKey ? this.#other : this.#key
    const signature = sign('sha256', Buffer.from(message, 'base64'), key).toString('base64')
    this.#send(answer, { signature, ...told })
  }

  #publicPem() {
    return createPublicKey(this.#key).export({ type: 'spki', format: 'pem' })
  }

  #send(answer: ServerResponse, body: object, status = 200): void {
    answer.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  }
}

/** A provider for it, as small as one can be. */
function keyServiceProvider(port: number, next: Answer[]): SigningProvider {
  const ask = async (body: object, { signal }: CallContext) => {
    const asked = request({ host: '127.0.0.1', port, method: 'POST', ...(signal && { signal }) })
    // A request that was aborted may fail once more, when nobody waits for it.
    asked.on('error', () => undefined)
    asked.end(JSON.stringify(body))
    const [answer] = (await once(asked, 'response')) as [IncomingMessage]
    const told = (await json(answer)) as Record<string, string>
    const { code, ...details } = told
    if (code === undefined) return told
    throw new SigningError(code as SigningErrorCode, 'The key service refuses.', {
      provider: 'key-service',
      ...details,
    })
  }
  return {
    name: 'key-service',
    support: () => ({ wireName: 'P-256', inputs: ['raw'], raw: { minBytes: 0, maxBytes: 4096 } }),
    async sign({ input }: ProviderSignRequest, context) {
      if (input.kind !== 'raw') throw new TypeError('support() offers raw messages alone')
      // Sent along, so that a request which is given up before it arrives leaves nothing for a later one.
      const body = { message: Buffer.from(input.message).toString('base64'), ...next.shift() }
      const { signature = '', ...told } = await ask(body, context)
      return { bytes: Uint8Array.from(Buffer.from(signature, 'base64')), ...told }
    },
    async getPublicKey(_, context) {
      const { publicKey = '' } = await ask({}, context)
      return { publicKey }
    },
  }
}
