import { randomUUID } from 'node:crypto'
import type { Refusal } from '../../faults/fault-kind.js'
import type { PlaneContext } from '../context.js'
import { type Answer, headerValue, headerValues, type Plane, type PlaneRequest } from '../plane.js'
import { authenticate } from './authenticate.js'
import { bodyOf, type FailureCode, statusOf, TrentFailure } from './failure.js'
import { namesOfKey } from './find-key.js'
import type { Operation } from './operation.js'
import { OPERATIONS, OTHER_OPERATIONS } from './operations.js'

const TARGET = 'x-amz-target'

/** The protocol of AWS KMS: AWS JSON 1.1, with the operation in a header. */
export function createTrentPlane(context: PlaneContext): Plane {
  return {
    claims: (request) =>
      headerValues(request, TARGET).length > 0 ||
      headerValues(request, 'authorization').some((value) => value.startsWith('AWS4-')),
    answer: (request) => answer(request, context),
  }
}

/** What is known about a request so far: the log wants to know, however it ends. */
interface Progress {
  readonly requestId: string
  operation?: string
  keyId?: string
}

async function answer(request: PlaneRequest, context: PlaneContext): Promise<Answer> {
  const progress: Progress = { requestId: randomUUID() }
  try {
    const outcome = await carryOut(request, context, progress)
    if ('kind' in outcome) {
      record(context, progress, {})
      return outcome
    }
    record(context, progress, { status: 200 })
    return response(200, JSON.stringify(outcome.output), progress)
  } catch (error) {
    const failure = failureOf(error, progress, context)
    record(context, progress, { status: statusOf(failure), code: failure.code })
    return response(statusOf(failure), bodyOf(failure), progress)
  }
}

type Outcome = { readonly output: object } | { readonly kind: 'stall' } | { readonly kind: 'reset' }

async function carryOut(request: PlaneRequest, context: PlaneContext, progress: Progress): Promise<Outcome> {
  const name = /^TrentService\.(\w+)$/.exec(headerValue(request, TARGET) ?? '')?.[1]
  if (name !== undefined) progress.operation = name
  authenticate(request, context)
  const operation = operationOf(request, name)
  const input = readBody(request.body)
  if (typeof input.KeyId === 'string') progress.keyId = input.KeyId
  const { keyId } = progress
  const keyNames = () => (keyId === undefined ? [] : namesOfKey(keyId, context))
  const effect = context.faults.meet({ operation: name ?? '', keyNames })
  if (effect?.does === 'refuse') throw refuse(effect.refusal)
  if (effect?.does === 'stall' || effect?.does === 'reset') return { kind: effect.does }
  return { output: await operation(input, { ...context, effect }) }
}

function operationOf({ method }: PlaneRequest, name: string | undefined): Operation {
  const operation = OPERATIONS.get(name ?? '')
  if (operation && method === 'POST') return operation
  if (name === undefined || method !== 'POST' || !OTHER_OPERATIONS.has(name))
    throw new TrentFailure('UnknownOperationException')
  throw new TrentFailure('UnsupportedOperationException', `This emulator does not have ${name}.`)
}

function readBody(body: Buffer): Record<string, unknown> {
  try {
    const input: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
    if (typeof input === 'object' && input !== null && !Array.isArray(input)) return { ...input }
  } catch {
    // What the parser says would quote the message.
  }
  throw new TrentFailure('SerializationException', 'The body should be a JSON object in UTF-8.')
}

const REFUSALS: Record<Refusal, readonly [FailureCode, string]> = {
  throttled: [
    'ThrottlingException',
    'You have exceeded the rate at which you may call KMS. Reduce the frequency of your calls.',
  ],
  internal: ['KMSInternalException', 'An internal error occurred.'],
  unavailable: ['ServiceUnavailableException', 'The service is unavailable.'],
  dependencyTimeout: [
    'DependencyTimeoutException',
    'The system timed out while trying to fulfill the request.',
  ],
  expiredToken: ['ExpiredTokenException', 'The security token included in the request is expired'],
}

function refuse(refusal: Refusal): TrentFailure {
  const [code, message] = REFUSALS[refusal]
  return new TrentFailure(code, message)
}

/** An error of the emulator itself is told to whoever runs it, by its place alone: its text may quote a key. */
function failureOf(error: unknown, { operation }: Progress, { notify }: PlaneContext): TrentFailure {
  if (error instanceof TrentFailure) return error
  const { name = 'Error', code, stack = '' } = error as Partial<NodeJS.ErrnoException>
  const place = /^\s+at .*$/m.exec(stack)?.[0].trim()
  const facts = [name, code, place].filter((fact) => fact !== undefined)
  notify(`${operation ?? 'A request'} failed in the emulator itself: ${facts.join(' ')}`)
  return new TrentFailure('KMSInternalException', 'The emulator failed; it says more where it was started.')
}

function record(
  { log, clock }: PlaneContext,
  { requestId, operation, keyId }: Progress,
  { status, code }: { status?: number; code?: string },
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

function response(status: number, body: string, { requestId }: Progress): Answer {
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': requestId }
  return { kind: 'response', status, headers, body }
}
