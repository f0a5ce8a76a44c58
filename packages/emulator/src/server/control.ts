import { createHash, timingSafeEqual } from 'node:crypto'
import type { Fault, FaultTable } from '../faults/fault-table.js'
import type { PlaneRequest, Response } from '../planes/plane.js'
import { headerValue } from '../planes/plane.js'

/** Where the emulator itself is controlled. */
const PREFIX = '/_signport/'

/** What the control plane rules over. */
export interface Control {
  readonly token: string
  readonly faults: FaultTable
}

/** Whether a request is for the emulator itself. */
export function isControl({ target }: PlaneRequest): boolean {
  return target.startsWith(PREFIX)
}

/** Answers a request that is for the emulator itself. */
export function answerControl(request: PlaneRequest, { token, faults }: Control): Response {
  if (!isSame(headerValue(request, 'authorization') ?? '', `Bearer ${token}`))
    return json(401, { message: 'Send the control token, as Authorization: Bearer TOKEN.' })
  if (request.target !== `${PREFIX}faults`)
    return json(404, { message: `There is ${PREFIX}faults, and nothing else.` })
  switch (request.method) {
    case 'GET':
      return json(200, { faults: faults.list() })
    case 'DELETE':
      faults.clear()
      return json(200, { faults: [] })
    case 'POST':
      return addFault(request, faults)
    default:
      return json(405, { message: 'Use GET, POST or DELETE.' })
  }
}

function addFault({ body }: PlaneRequest, faults: FaultTable): Response {
  const fault = parse(body)
  if (fault === undefined) return json(400, { message: 'The body should be JSON.' })
  try {
    faults.add(fault as Fault)
  } catch (error) {
    if (error instanceof TypeError) return json(400, { message: error.message })
    throw error
  }
  return json(201, { faults: faults.list() })
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return undefined
  }
}

/** In a time that does not depend on where they differ. */
function isSame(a: string, b: string): boolean {
  const [one, other] = [a, b].map((text) => createHash('sha256').update(text).digest())
  return one !== undefined && other !== undefined && timingSafeEqual(one, other)
}

function json(status: number, value: object): Response {
  return {
    kind: 'response',
    status,
    headers: { 'content-type': 'application/json' },
    body: `${JSON.stringify(value)}\n`,
  }
}
