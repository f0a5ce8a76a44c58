import type { GetPublicKeyCommand, KMSClient, SignCommand } from '@aws-sdk/client-kms'
import type { CallContext } from '@signport/core'
import type { AbortNotice } from '@signport/core/kit'
import type { Destination } from './endpoint.js'
import { type Exchange, type Headers, type Response, receive } from './exchange.js'

interface Request extends Destination {
  readonly port?: number
  readonly headers: Headers
}

/** A command on its way. */
interface Watched {
  readonly exchange: Exchange
  readonly bounds: CallBounds
}

/** What a command is sent by. The clock runs while an answer is waited for, and not while the SDK gets credentials. */
interface CallBounds {
  readonly clock?: CallContext['clock'] | undefined
  readonly turn?: CallContext['turn'] | undefined
  readonly ending?: AbortNotice | undefined
}

/** That of a command differs in its types alone, which are not looked at here. */
type Stack = KMSClient['middlewareStack']

/** The command that a middleware is called for. */
type WatchedOf = (args: { readonly input: object }) => Watched | undefined

/** Is told where a request is to go before it is signed. */
export type AssertMayGo = (destination: Destination) => void

type Command = SignCommand | GetPublicKeyCommand

/** What is seen of a command, until that is said to be over. */
interface Sight {
  readonly exchange: Exchange
  over(): void
}

/** Begins to look on at a command, and reads its answer in place of the SDK, which would read on without end. */
export type Watch = (command: Command, bounds: CallBounds) => Sight

/** For a client that is somebody else's: the command brings the middleware along. */
export const watchOne: Watch = (command, bounds) => {
  const watched = { exchange: {}, bounds }
  addMiddleware(command.middlewareStack as unknown as Stack, () => watched)
  return { exchange: watched.exchange, over() {} }
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
    return { exchange, over: () => forget(command) }
  }
  function forget(command: { input: object }): void {
    watched.delete(command.input)
    // With the way, the SDK keeps the first command of its kind.
    command.input = {}
  }
}

type RequestHandler = KMSClient['config']['requestHandler']

function endedBy(handler: RequestHandler, endings: WeakMap<object, AbortNotice>): RequestHandler {
  return {
    ...(handler.metadata && { metadata: handler.metadata }),
    handle(request, options) {
      const abortSignal = endings.get(request)
      // It listens, and asks whether and why it has aborted: for nothing else of a signal.
      return handler.handle(
        request,
        abortSignal ? { ...options, abortSignal: abortSignal as AbortSignal } : options,
      )
    },
    destroy: () => handler.destroy?.(),
  }
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
