import { randomUUID } from 'node:crypto'
import { AlibabaFailure, unsupported } from '../alibaba/failure.js'
import { refuse } from '../alibaba/refusal.js'
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
import { faultSubject } from './fault-subject.js'
import { createNonceMemory, type NonceMemory } from './nonce-memory.js'
import type { Operation } from './operation.js'
import { OPERATIONS, OTHER_OPERATIONS } from './operations.js'
import { choice, optional, required } from './parameter.js'
import { hasForm, type Parameters, parametersOf } from './parameters.js'

/** The OpenAPI of Alibaba Cloud KMS, 2016-01-20: parameters in the query, JSON as the answer. */
export function createRpcPlane(context: PlaneContext): Plane {
  const nonces = createNonceMemory()
  const protocol: Protocol<object, AlibabaFailure> = {
    carryOut: (request, call) => carryOut(request, context, call, nonces),
    succeed: (output, call) => response(200, { ...output, RequestId: call.requestId }, call),
    fail: (failure, call, request) => failed(failure, call, headerValue(request, 'host')),
    failureOf: (error) => (error instanceof AlibabaFailure ? error : undefined),
    ownFailure: (message) => new AlibabaFailure('InternalFailure', message),
  }
  return {
    name: 'openapi',
    claims,
    maxBodyBytes: USUAL_BODY_BYTES,
    tooLong,
    answer: (request) => answerCall(request, context, protocol),
  }
}

const REFUSALS = {
  expiredToken: 'InvalidAccessKeyId.NotFound',
  clockSkew: 'InvalidTimeStamp.Expired',
} as const

/** Newer clients name the operation in a header. */
function claims(head: RequestHead): boolean {
  return (
    /[?&](?:Action|Version|AccessKeyId)=/.test(head.target) ||
    headerValues(head, 'x-acs-action').length > 0 ||
    hasForm(head)
  )
}

function tooLong(): Response {
  const message = `The body is longer than ${USUAL_BODY_BYTES} bytes.`
  return failed(new AlibabaFailure('RequestEntityTooLarge', message), { requestId: randomUUID() }, undefined)
}

async function carryOut(
  request: PlaneRequest,
  context: PlaneContext,
  call: Call,
  nonces: NonceMemory,
): Promise<Outcome<object>> {
  const { method } = request
  if (method !== 'GET' && method !== 'POST') throw new AlibabaFailure('UnsupportedHTTPMethod')
  const parameters = parametersOf(request)
  const name = optional(parameters, 'Action')
  if (name !== undefined) call.operation = name
  const keyId = optional(parameters, 'KeyId')
  if (keyId !== undefined) call.keyId = keyId
  authenticate(request, parameters, context, nonces)
  const operation = operationOf(parameters)
  return meetFaults({
    context,
    call,
    subject: faultSubject(name ?? '', parameters, context),
    refuse: (refusal) => refuse(refusal, REFUSALS),
    run: async (effect: OperationContext['effect']) => operation(parameters, { ...context, effect }),
  })
}

function operationOf(parameters: Parameters): Operation {
  const name = required(parameters, 'Action')
  required(parameters, 'Version')
  choice(parameters, 'Version', ['2016-01-20'])
  choice(parameters, 'Format', ['json', 'JSON'])
  const operation = OPERATIONS.get(name)
  if (OTHER_OPERATIONS.has(name)) throw unsupported(`this emulator does not have ${name}.`)
  if (!operation) throw new AlibabaFailure('InvalidAction.NotFound')
  if (optional(parameters, 'DryRun')?.toLowerCase() === 'true')
    throw unsupported('this emulator does not have DryRun.')
  return operation
}

function failed({ status, code, message }: AlibabaFailure, call: Call, host: string | undefined): Response {
  const members = { HttpStatus: status, Code: code, Message: message, RequestId: call.requestId }
  return response(status, { ...members, ...(host !== undefined && { HostId: host }) }, call)
}

function response(status: number, members: object, { requestId }: Call): Response {
  const headers = { 'content-type': 'application/json;charset=utf-8', 'x-acs-request-id': requestId }
  return { kind: 'response', status, headers, body: JSON.stringify(members) }
}
