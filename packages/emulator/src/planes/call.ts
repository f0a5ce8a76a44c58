import { randomUUID } from 'node:crypto'
import { alteredAnswer } from '../faults/altered-answer.js'
import type { Effect, Refusal } from '../faults/fault-kind.js'
import type { FaultSubject } from '../faults/fault-subject.js'
import type { MetFault } from '../faults/faults.js'
import type { PlaneContext } from './context.js'
import type { Answer, PlaneRequest, Response } from './plane.js'

/** What is known about a call so far: the log wants to know, however it ends. */
export interface Call {
  readonly requestId: string
  operation?: string
  keyId?: string
  met?: MetFault
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
    return finish(protocol.succeed(outcome.output, call, request), call, context)
  } catch (error) {
    const failure = protocol.failureOf(error) ?? ownFailure(error, call, context, protocol)
    return finish(protocol.fail(failure, call, request), call, context, failure.code)
  }
}

function finish(response: Response, call: Call, context: PlaneContext, code?: string): Response {
  const answer = alteredAnswer(response, call.met)
  record(context, call, { status: answer.status, ...(code !== undefined && { code }) })
  return answer
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
  { requestId, operation, keyId, met }: Call,
  { status, code }: Partial<Failure>,
): void {
  log.add({
    at: clock(),
    operation,
    status,
    requestId,
    ...(keyId !== undefined && { keyId }),
    ...(code !== undefined && { code }),
    ...(met && { fault: met.kind }),
  })
}

/** What a call gets, after it has met what may go wrong on purpose. */
export interface Turn<Output> {
  readonly context: PlaneContext
  readonly call: Call
  /** What faults may want to know of the call. */
  readonly subject: FaultSubject
  /** The error of the protocol for a refusal. */
  readonly refuse: (refusal: Refusal) => Error
  readonly run: (effect: Effect | undefined) => Promise<Output>
}

/** Lets a call meet its fault, and carries it out where it still can be. What is done to its answer is done later. */
export async function meetFaults<Output>({
  context: { faults, mover },
  call,
  subject,
  refuse,
  run,
}: Turn<Output>): Promise<Outcome<Output>> {
  const met = faults.meet(subject)
  if (!met) return { output: await run(undefined) }
  call.met = met
  const { kind, effect } = met
  if (effect.does === 'moveAlias') await mover.move(subject.alias() ?? '')
  const inOutput = effect.does === 'forge' || effect.does === 'publishOther'
  if (!inOutput) faults.happened(kind)
  if (effect.does === 'refuse') throw refuse(effect.refusal)
  if (effect.does === 'withhold') return { kind: effect.how }
  const output = await run(effect)
  if (inOutput) faults.happened(kind)
  return { output }
}

/** What can be read of a call before it is carried out; undefined for one that will be refused. */
export function ifValid<T>(read: () => T, failure: new (...args: never[]) => Error): T | undefined {
  try {
    return read()
  } catch (error) {
    if (error instanceof failure) return undefined
    throw error
  }
}
