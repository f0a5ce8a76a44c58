import type { Fault, FaultTable } from '../faults/fault-table.js'
import {
  headerValue,
  type PlaneRequest,
  type RequestHead,
  type Responder,
  type Response,
  USUAL_BODY_BYTES,
} from '../planes/plane.js'
import { isSame } from '../same.js'
import { jsonResponse } from './json-response.js'

/** Where the emulator itself is controlled. */
const PREFIX = '/_signport/'

/** What the control plane rules over. */
export interface Control {
  readonly token: string
  readonly faults: FaultTable
}

/** Whether a request is for the emulator itself. */
export function isControl({ target }: RequestHead): boolean {
  return target.startsWith(PREFIX)
}

/** Answers requests that are for the emulator itself. */
export function createControlResponder(control: Control): Responder {
  return {
    maxBodyBytes: USUAL_BODY_BYTES,
    tooLong: () => jsonResponse(413, { message: `The body is longer than ${USUAL_BODY_BYTES} bytes.` }),
    answer: async (request) => answerControl(request, control),
  }
}

function answerControl(request: PlaneRequest, { token, faults }: Control): Response {
  if (!isSame(headerValue(request, 'authorization') ?? '', `Bearer ${token}`))
    return jsonResponse(401, { message: 'Send the control token, as Authorization: Bearer TOKEN.' })
  if (request.target !== `${PREFIX}faults`)
    return jsonResponse(404, { message: `There is ${PREFIX}faults, and nothing else.` })
  switch (request.method) {
    case 'GET':
      return jsonResponse(200, { faults: faults.list() })
    case 'DELETE':
      faults.clear()
      return jsonResponse(200, { faults: [] })
    case 'POST':
      return addFault(request, faults)
    default:
      return jsonResponse(405, { message: 'Use GET, POST or DELETE.' })
  }
}

function addFault({ body }: PlaneRequest, faults: FaultTable): Response {
  const fault = parse(body)
  if (fault === undefined) return jsonResponse(400, { message: 'The body should be JSON.' })
  try {
    faults.add(fault as Fault)
  } catch (error) {
    if (error instanceof TypeError) return jsonResponse(400, { message: error.message })
    throw error
  }
  return jsonResponse(201, { faults: faults.list() })
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return undefined
  }
}
