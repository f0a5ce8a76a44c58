import type { Fault } from '../faults/fault-table.js'
import type { FaultSource } from '../faults/faults.js'
import type { FaultPlan } from '../faults/random-plan.js'
import {
  headerValue,
  type PlaneRequest,
  type RequestHead,
  type Responder,
  type Response,
  USUAL_BODY_BYTES,
} from '../planes/plane.js'
import { isSame } from '../same.js'
import type { PlaneEndpoints } from './endpoints.js'
import { jsonResponse } from './json-response.js'
import { planesState, switchPlane } from './plane-switch.js'

/** Where the emulator itself is controlled. */
const PREFIX = '/_signport/'

/** What the control plane rules over. */
export interface Control {
  readonly token: string
  readonly faults: FaultSource
  /** The ports of the protocols, where they have ports of their own. */
  readonly planes: () => PlaneEndpoints | undefined
}

/** What one method does to one thing. What it throws as a TypeError was wrong with the body. */
type Act = (body: unknown, control: Control) => Response | Promise<Response>

const faultsState = ({ faults }: Control) => ({
  faults: faults.list(),
  random: faults.plan() ?? null,
  seen: faults.seen(),
})

const methods = (acts: Record<string, Act>): ReadonlyMap<string, Act> => new Map(Object.entries(acts))

/** What there is, and what can be done with it. */
const THINGS: ReadonlyMap<string, ReadonlyMap<string, Act>> = new Map([
  [
    'faults',
    methods({
      GET: (_body, control) => jsonResponse(200, faultsState(control)),
      POST(body, control) {
        control.faults.add(body as Fault)
        return jsonResponse(201, faultsState(control))
      },
      DELETE(_body, control) {
        control.faults.clear()
        return jsonResponse(200, faultsState(control))
      },
    }),
  ],
  [
    'faults/random',
    methods({
      PUT(body, control) {
        control.faults.random(body === null ? undefined : (body as FaultPlan))
        return jsonResponse(200, faultsState(control))
      },
    }),
  ],
  [
    'planes',
    methods({
      GET: (_body, { planes }) => planesState(planes()),
      POST: (body, { planes }) => switchPlane(body, planes()),
    }),
  ],
])

/** The methods with a body. */
const WITH_BODY = ['POST', 'PUT']

/** Whether a request is for the emulator itself. */
export function isControl({ target }: RequestHead): boolean {
  return target.startsWith(PREFIX)
}

/** Answers requests that are for the emulator itself. */
export function createControlResponder(control: Control): Responder {
  return {
    maxBodyBytes: USUAL_BODY_BYTES,
    tooLong: () => jsonResponse(413, { message: `The body is longer than ${USUAL_BODY_BYTES} bytes.` }),
    answer: (request) => answerControl(request, control),
  }
}

async function answerControl(request: PlaneRequest, control: Control): Promise<Response> {
  const { method, target, body } = request
  if (!isSame(headerValue(request, 'authorization') ?? '', `Bearer ${control.token}`))
    return jsonResponse(401, { message: 'Send the control token, as Authorization: Bearer TOKEN.' })
  const acts = THINGS.get(target.slice(PREFIX.length))
  if (!acts) return jsonResponse(404, { message: `There is ${list(THINGS, PREFIX)}, and nothing else.` })
  const act = acts.get(method)
  if (!act) return jsonResponse(405, { message: `Use ${list(acts)}.` })
  const content = WITH_BODY.includes(method) ? parse(body) : null
  if (content === undefined) return jsonResponse(400, { message: 'The body should be JSON.' })
  try {
    return await act(content, control)
  } catch (error) {
    if (error instanceof TypeError) return jsonResponse(400, { message: error.message })
    throw error
  }
}

function list(names: ReadonlyMap<string, unknown>, prefix = ''): string {
  return [...names.keys()].map((name) => `${prefix}${name}`).join(', ')
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return undefined
  }
}
