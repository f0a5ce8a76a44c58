import * as v from 'valibot'
import { checked } from '../checked.js'
import type { Response } from '../planes/plane.js'
import { PLANE_NAMES } from '../planes/plane-name.js'
import type { PlaneEndpoints } from './endpoints.js'
import { jsonResponse } from './json-response.js'

const schema = v.strictObject({ plane: v.picklist(PLANE_NAMES), accepting: v.boolean() })

/** Says where each protocol has its port, and whether it is open. */
export function planesState(planes: PlaneEndpoints | undefined): Response {
  if (!planes) return withoutPorts()
  const entries = PLANE_NAMES.map((name) => {
    const { url, accepting, tls } = planes[name]
    return [name, { url, accepting, ...(tls && { tlsUrl: tls.url }) }] as const
  })
  return jsonResponse(200, { planes: Object.fromEntries(entries) })
}

/** Shuts or opens the port of a protocol. @throws TypeError for a body that does not say which */
export async function switchPlane(body: unknown, planes: PlaneEndpoints | undefined): Promise<Response> {
  const { plane, accepting } = checked(schema, body, 'The body')
  if (!planes) return withoutPorts()
  try {
    await (accepting ? planes[plane].accept() : planes[plane].refuse())
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    return jsonResponse(409, { message: `The port of ${plane} stays shut: ${code ?? message}` })
  }
  return planesState(planes)
}

function withoutPorts(): Response {
  return jsonResponse(409, {
    message: 'The protocols have no ports of their own: start the emulator with separatePorts.',
  })
}
