import type { Delivery } from '../faults/fault-kind.js'
import type { PlaneName } from './plane-name.js'

/** A request as far as its body, which is not read before it is known who answers. */
export interface RequestHead {
  readonly method: string
  /** Path and query, as sent. */
  readonly target: string
  /** Names and values in the order in which they came. */
  readonly headers: readonly (readonly [name: string, value: string])[]
}

/** One request as it came over the wire, after the server's own checks. */
export interface PlaneRequest extends RequestHead {
  readonly body: Buffer
}

/** What a request is answered with; or that the connection is left open, or broken off, without an answer. */
export type Answer = Response | { readonly kind: 'stall' } | { readonly kind: 'reset' }

/** An answer over HTTP. */
export interface Response {
  readonly kind: 'response'
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array
  /** How it is sent, when it should not arrive as it is. */
  readonly delivery?: Delivery
}

/** Who answers requests of one kind. */
export interface Responder {
  /** The longest body that is read. */
  readonly maxBodyBytes: number
  /** What a request with a longer one is answered with. */
  tooLong(): Response
  /** Answers; failures are answers, too. */
  answer(request: PlaneRequest): Promise<Answer>
}

/** One protocol. All planes of an emulator share its keys, and its port. */
export interface Plane extends Responder {
  readonly name: PlaneName
  /** Whether a request speaks this protocol: by its headers or its query, before anything is checked. */
  claims(request: RequestHead): boolean
}

/** Far more than any operation needs whose messages are small. In bytes. */
export const USUAL_BODY_BYTES = 256 * 1024

/** The values of a header, none when it was not sent. */
export function headerValues({ headers }: Pick<RequestHead, 'headers'>, name: string): string[] {
  return headers.filter(([each]) => each.toLowerCase() === name).map(([, value]) => value)
}

/** The value of a header; undefined when it was not sent, or more than once. */
export function headerValue(request: Pick<RequestHead, 'headers'>, name: string): string | undefined {
  const values = headerValues(request, name)
  return values.length === 1 ? values[0] : undefined
}
