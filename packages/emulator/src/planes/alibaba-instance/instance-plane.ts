import { randomUUID } from 'node:crypto'
import { create, toBinary } from '@bufbuild/protobuf'
import type { ClientKeys } from '../../client-key/client-keys.js'
import { AlibabaFailure, unsupported } from '../alibaba/failure.js'
import { refuse } from '../alibaba/refusal.js'
import { answerCall, type Call, meetFaults, type Outcome, type Protocol } from '../call.js'
import type { PlaneContext } from '../context.js'
import { headerValue, type Plane, type PlaneRequest, type RequestHead, type Response } from '../plane.js'
import { authenticate, CONTENT_TYPE } from './authenticate.js'
import { faultSubject } from './fault-subject.js'
import { ErrorSchema } from './instance_pb.js'
import { type InstanceOperation, type InstanceOutput, OPERATIONS, OTHER_OPERATIONS } from './operations.js'

/** The longest body that an instance takes. In bytes. */
const MAX_BODY_BYTES = 3 * 1024 * 1024

/** By which a request names a version of a key, and an answer the one that was used. */
const VERSION_HEADER = 'x-kms-migrationkeyversionid'

const REFUSALS = { expiredToken: 'Unauthorized', clockSkew: 'RequestTimeTooSkewed' } as const

/** The protocol of a KMS instance of Alibaba Cloud, dkms-gcs-0.2: protobuf, with the operation in a header. */
export function createInstancePlane(context: PlaneContext, clientKeys: ClientKeys): Plane {
  const protocol: Protocol<InstanceOutput, AlibabaFailure> = {
    carryOut: (request, call) => carryOut(request, context, call, clientKeys),
    succeed: ({ body, versionId }) => response(200, body, { [VERSION_HEADER]: versionId }),
    fail: failed,
    failureOf: (error) => (error instanceof AlibabaFailure ? error : undefined),
    ownFailure: (message) => new AlibabaFailure('InternalFailure', message),
  }
  return {
    name: 'instance',
    claims,
    maxBodyBytes: MAX_BODY_BYTES,
    tooLong,
    answer: (request) => answerCall(request, context, protocol),
  }
}

function claims(head: RequestHead): boolean {
  return (
    head.headers.some(([name]) => name.toLowerCase().startsWith('x-kms-')) ||
    headerValue(head, 'content-type') === CONTENT_TYPE
  )
}

function tooLong(): Response {
  const message = `The body is longer than ${MAX_BODY_BYTES} bytes.`
  return failed(new AlibabaFailure('RequestEntityTooLarge', message), { requestId: randomUUID() })
}

async function carryOut(
  request: PlaneRequest,
  context: PlaneContext,
  call: Call,
  clientKeys: ClientKeys,
): Promise<Outcome<InstanceOutput>> {
  const { method, body } = request
  if (method !== 'POST') throw new AlibabaFailure('UnsupportedHTTPMethod')
  const name = headerValue(request, 'x-kms-apiname')
  if (name) call.operation = name
  assertVersion(headerValue(request, 'x-kms-apiversion'))
  const operation = operationOf(name)
  authenticate(request, context, clientKeys)
  const read = operation(body)
  if (read.keyId !== '') call.keyId = read.keyId
  const where = { ...context, versionId: headerValue(request, VERSION_HEADER) || undefined }
  const { requestId } = call
  return meetFaults({
    context,
    call,
    subject: faultSubject(name ?? '', read, where),
    refuse: (refusal) => refuse(refusal, REFUSALS),
    run: (effect) => read.run({ ...where, effect, requestId }),
  })
}

function assertVersion(version = ''): void {
  if (version !== 'dkms-gcs-0.2')
    throw new AlibabaFailure('InvalidApiVersion', `The ApiVersion ${JSON.stringify(version)} is invalid.`)
}

function operationOf(name = ''): InstanceOperation {
  const operation = OPERATIONS.get(name)
  if (operation) return operation
  if (OTHER_OPERATIONS.has(name)) throw unsupported(`this emulator does not have ${name}.`)
  throw new AlibabaFailure('InvalidApiName', `The ApiName ${JSON.stringify(name)} is invalid.`)
}

function failed({ status, code, message }: AlibabaFailure, { requestId }: Call): Response {
  const error = create(ErrorSchema, {
    statusCode: status,
    errorCode: code,
    errorMessage: message,
    requestId,
  })
  return response(status, toBinary(ErrorSchema, error))
}

function response(status: number, body: Uint8Array, headers: Record<string, string> = {}): Response {
  return { kind: 'response', status, headers: { 'content-type': CONTENT_TYPE, ...headers }, body }
}
