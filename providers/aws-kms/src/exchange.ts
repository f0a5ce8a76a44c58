import type { GetPublicKeyCommand, KMSClient, SignCommand } from '@aws-sdk/client-kms'
import type { AbortNotice, CallContext } from '@signport/core'
import { isErrorAnswer, parseMembers } from '@signport/trent-service/protocol'
import type { Destination } from './endpoint.js'

/** No answer of Sign or GetPublicKey is near this. In bytes. */
const MAX_ANSWER_BYTES = 256 * 1024

/** What went over the wire for one command: what the SDK's errors leave open, or say only in their text. */
export interface Exchange {
  /** The client runs the middleware of commands, as the SDK's does: what follows can be relied on. */
  watched?: true
  /** Who is asked, with the port. */
  host?: string
  /** The headers of the latest request, once there is one. */
  request?: Headers
  /** The latest answer, once all of it is there. */
  answer?: { readonly status: number; readonly headers: Headers }
  /** The headers of an answer that was longer than any can be, so that its rest was not read. */
  tooLong?: Headers
}

/** As the SDK has them: names in lower case. */
export type Headers = Readonly<Record<string, string | undefined>>

interface Request extends Destination {
  readonly port?: number
  readonly headers: Headers
}

interface Response {
  statusCode: number
  readonly headers: Headers
  body: AsyncIterable<Uint8Array> | Uint8Array | undefined
}

/** A command on its way. */
interface Watched {
  readonly exchange: Exchange
  readonly bounds: CallBounds
}

/** What a command is sent by. The clock runs while an answer is waited for, and not while the SDK gets credentials. */
type CallBounds = {
  readonly [Name in 'clock' | 'turn' | 'ending']?: CallContext[Name] | undefined
}

/** That of a command differs in its types alone, which are not looked at here. */
type Stack = KMSClient['middlewareStack']

/** The command that a middleware is called for. */
type WatchedOf = (args: { readonly input: object }) => Watched | undefined

/** Is told where a request is to go before it is signed. */
export type AssertMayGo = (destination: Destination) => void

type Command = SignCommand | GetPublicKeyCommand

/** Begins to look on at a command, and reads its answer in place of the SDK, which would read on without end. */
export type Watch = (command: Command, bounds: CallBounds) => Exchange

/** For a client that is somebody else's: the command brings the middleware along. */
export const watchOne: Watch = (command, bounds) => {
  const watched = { exchange: {}, bounds }
  addMiddleware(command.middlewareStack as unknown as Stack, () => watched)
  return watched.exchange
}

/**
 * For a client of our own, to which the middleware is added once: the SDK can keep the way through it, which it makes anew for each
 * command otherwise. It does so only for commands that are sent without options: so the handler of requests is told of their end.
 */
export function watchAll(client: KMSClient, assertMayGo: AssertMayGo): Watch {
  const watched = new WeakMap<object, Watched>()
  const endings = new WeakMap<object, AbortNotice>()
  const { config, middlewareStack } = client
  addMiddleware(middlewareStack, ({ input }) => watched.get(input), { assertMayGo, endings })
  config.requestHandler = endedBy(config.requestHandler, endings)
  config.cacheMiddleware = true
  return (command, bounds) => {
    const exchange: Exchange = {}
    watched.set(command.input, { exchange, bounds })
    return exchange
  }
}

type RequestHandler = KMSClient['config']['requestHandler']

function endedBy(handler: RequestHandler, endings: WeakMap<object, AbortNotice>): RequestHandler {
  const handle: RequestHandler['handle'] = (request, options) => {
    const abortSignal = endings.get(request)
    // It listens, and asks for nothing else of a signal.
    return handler.handle(
      request,
      abortSignal ? { ...options, abortSignal: abortSignal as AbortSignal } : options,
    )
  }
  return Object.assign(Object.create(handler), { handle })
}

/** What a client of our own does besides. */
interface OwnWays {
  readonly assertMayGo: AssertMayGo
  readonly endings: WeakMap<object, AbortNotice>
}

function addMiddleware(stack: Stack, watchedOf: WatchedOf, own?: OwnWays): void {
  stack.add(
    (next) => (args) => {
      const watched = watchedOf(args)
      if (watched) watched.exchange.watched = true
      watched?.bounds.clock?.pause()
      return next(args)
    },
    { step: 'initialize', priority: 'high', name: 'signportClock', override: true },
  )
  stack.add(
    (next) => (args) => {
      own?.assertMayGo(args.request as Request)
      return next(args)
    },
    { step: 'build', name: 'signportDestination', override: true },
  )
  stack.add(
    (next) => async (args) => {
      const watched = watchedOf(args)
      if (!watched) return next(args)
      const request = args.request as Request
      await beginExchange(watched, request)
      if (watched.bounds.ending) own?.endings.set(request, watched.bounds.ending)
      const result = await next(args)
      await receive(result.response as Response, watched.exchange)
      return result
    },
    // The last one before the socket: it sees each attempt, signed as it is sent.
    { step: 'deserialize', priority: 'low', name: 'signportExchange', override: true },
  )
}

async function beginExchange({ exchange, bounds }: Watched, request: Request): Promise<void> {
  delete exchange.answer
  exchange.request = request.headers
  exchange.host = request.port ? `${request.hostname}:${request.port}` : request.hostname
  await bounds.turn?.()
  bounds.clock?.restart()
}

/** Who signed a request. */
export function identityIn(headers: Headers): { accessKeyId: string; sessionToken: string | undefined } {
  const [, accessKeyId = ''] = /Credential=([^/]+)\//.exec(headers.authorization ?? '') ?? []
  return { accessKeyId, sessionToken: headers['x-amz-security-token'] }
}

async function receive(response: Response, exchange: Exchange): Promise<void> {
  const { statusCode: status, headers, body } = response
  if (body !== undefined && !ArrayBuffer.isView(body)) {
    response.body = await bytesOf(body, () => {
      exchange.tooLong = headers
    })
  }
  exchange.answer = { status, headers }
  // The SDK looks at the status alone, and would make an answer without members of it.
  if (status < 300 && isRefusal(response)) response.statusCode = 400
}

function isRefusal({ headers, body }: Response): boolean {
  const members = body instanceof Uint8Array ? parseMembers(body) : undefined
  return isErrorAnswer(members ?? {}, headers['x-amzn-errortype'])
}

async function bytesOf(body: AsyncIterable<Uint8Array>, onTooLong: () => void): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of body) {
    length += chunk.length
    if (length > MAX_ANSWER_BYTES) {
      onTooLong()
      // Leaving the loop destroys the stream, and its connection with it.
      throw new Error('The answer is too long.')
    }
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
