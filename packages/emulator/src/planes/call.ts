import { randomUUID } from 'node:crypto'
import type { Effect, Refusal } from '../faults/fault-kind.js'
import type { PlaneContext } from './context.js'
import type { Answer, PlaneRequest, Response } from './plane.js'

/** What is known about a call so far: the log wants to know, however it ends. */
export interface Call {
  readonly requestId: string
  operation?: string
  keyId?: string
}

/** How a call ends: with what is to be answered, or as a fault has it. */
export type Outcome<Output> =
  | { readonly output: Output }
  | { readonly kind: 'stall' }
  | { readonly kind: 'reset' }

/** A failure in the words of a protocol. */
export interface Failure {
  readonly code: string
  readonly status: number
}

/** How one protocol carries out calls, and writes down how they end. */
export interface Protocol<Output, F extends Failure> {
  /** Notes in `call` what it is about as soon as it knows. */
  carryOut(request: PlaneRequest, call: Call): Promise<Outcome<Output>>
  succeed(output: Output, call: Call, request: PlaneRequest): Response
  fail(failure: F, call: Call, request: PlaneRequest): Response
  /** The failure that was thrown; undefined for what is none of the protocol's. */
  failureOf(error: unknown): F | undefined
  /** A failure of the emulator itself. */
  ownFailure(message: string): F
}

/** Answers one request: whatever happens, there is an answer, and a line in the log. */
export async function answerCall<Output, F extends Failure>(
  request: PlaneRequest,
  context: PlaneContext,
  protocol: Protocol<Output, F>,
): Promise<Answer> {
  const call: Call = { requestId: randomUUID() }
  try {
    const outcome = await protocol.carryOut(request, call)
    if ('kind' in outcome) {
      record(context, call, {})
      return outcome
    }
    record(context, call, { status: 200 })
    return protocol.succeed(outcome.output, call, request)
  } catch (error) {
    const failure = protocol.failureOf(error) ?? ownFailure(error, call, context, protocol)
    record(context, call, failure)
    return protocol.fail(failure, call, request)
  }
}

/** An error of the emulator itself is told to whoever runs it, by its place alone: its text may quote a key. */
function ownFailure<F extends Failure>(
  error: unknown,
  { operation }: Call,
  { notify }: PlaneContext,
  protocol: Pick<Protocol<unknown, F>, 'ownFailure'>,
): F {
  const { name = 'Error', code, stack = '' } = error as Partial<NodeJS.ErrnoException>
  const place = /^\s+at .*$/m.exec(stack)?.[0].trim()
  const facts = [name, code, place].filter((fact) => fact !== undefined)
  notify(`${operation ?? 'A request'} failed in the emulator itself: ${facts.join(' ')}`)
  return protocol.ownFailure('The emulator failed; it says more where it was started.')
}

function record(
  { log, clock }: PlaneContext,
  { requestId, operation, keyId }: Call,
  { status, code }: Partial<Failure>,
): void {
  log.add({
    at: clock(),
    operation,
    status,
    requestId,
    ...(keyId !== undefined && { keyId }),
    ...(code !== undefined && { code }),
  })
}

/** What a call gets, after it has met what may go wrong on purpose. */
export interface Turn<Output> {
  readonly context: PlaneContext
  readonly call: Call
  /** All names of the key that the call is about. */
  readonly keyNames: (keyId: string) => readonly string[]
  /** The error of the protocol for a refusal. */
  readonly refuse: (refusal: Refusal) => Error
  readonly run: (effect: Effect | undefined) => Promise<Output>
}

/** Lets a call meet its faults, and carries it out where it still can be. */
export async function meetFaults<Output>({
  context,
  call,
  keyNames,
  refuse,
  run,
}: Turn<Output>): Promise<Outcome<Output>> {
  const { operation = '', keyId } = call
  const names = () => (keyId === undefined ? [] : keyNames(keyId))
  const effect = context.faults.meet({ operation, keyNames: names })
  if (effect?.does === 'refuse') throw refuse(effect.refusal)
  if (effect?.does === 'stall' || effect?.does === 'reset') return { kind: effect.does }
  return { output: await run(effect) }
}
