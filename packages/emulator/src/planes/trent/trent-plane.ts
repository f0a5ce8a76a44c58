import { randomUUID } from 'node:crypto'
import { answerCall, type Call, meetFaults, type Outcome, type Protocol } from '../call.js'
import type { OperationContext, PlaneContext } from '../context.js'
import {
  headerValue,
  headerValues,
  type Plane,
  type PlaneRequest,
  type RequestHead,
  type Response,
  USUAL_BODY_BYTES,
} from '../plane.js'
import { authenticate } from './authenticate.js'
import { bodyOf, TrentFailure } from './failure.js'
import { faultSubject } from './fault-subject.js'
import type { Operation } from './operation.js'
import { OPERATIONS, OTHER_OPERATIONS } from './operations.js'
import { refuse } from './refusal.js'

const TARGET = 'x-amz-target'

/** The protocol of AWS KMS: AWS JSON 1.1, with the operation in a header. */
export function createTrentPlane(context: PlaneContext): Plane {
  const protocol: Protocol<object, TrentFailure> = {
    carryOut: (request, call) => carryOut(request, context, call),
    succeed: (output, call) => response(200, JSON.stringify(output), call),
    fail: (failure, call) => response(failure.status, bodyOf(failure), call),
    failureOf: (error) => (error instanceof TrentFailure ? error : undefined),
    ownFailure: (message) => new TrentFailure('KMSInternalException', message),
  }
  return {
    name: 'trent',
    claims,
    maxBodyBytes: USUAL_BODY_BYTES,
    tooLong,
    answer: (request) => answerCall(request, context, protocol),
  }
}

function claims(head: RequestHead): boolean {
  if (headerValues(head, TARGET).length > 0) return true
  return headerValues(head, 'authorization').some((value) => value.startsWith('AWS4-'))
}

function tooLong(): Response {
  const message = `The body is longer than ${USUAL_BODY_BYTES} bytes.`
  const body = JSON.stringify({ __type: 'RequestEntityTooLargeException', message })
  return response(413, body, { requestId: randomUUID() })
}

async function carryOut(request: PlaneRequest, context: PlaneContext, call: Call): Promise<Outcome<object>> {
  const name = /^TrentService\.(\w+)$/.exec(headerValue(request, TARGET) ?? '')?.[1]
  if (name !== undefined) call.operation = name
  authenticate(request, context)
  const operation = operationOf(request, name)
  const input = readBody(request.body)
  if (typeof input.KeyId === 'string') call.keyId = input.KeyId
  const subject = faultSubject(name ?? '', input, context)
  const run = (effect: OperationContext['effect']) => operation(input, { ...context, effect })
  return meetFaults({ context, call, subject, refuse: (refusal) => refuse(refusal, context.clock()), run })
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

function response(status: number, body: string, { requestId }: Call): Response {
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': requestId }
  return { kind: 'response', status, headers, body }
}
