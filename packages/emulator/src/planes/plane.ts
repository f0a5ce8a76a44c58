/** One request as it came over the wire, after the server's own checks. */
export interface PlaneRequest {
  readonly method: string
  /** Path and query, as sent. */
  readonly target: string
  /** Names and values in the order in which they came. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: Buffer
}

/** What a request is answered with; or that the connection is left open, or broken off, without an answer. */
export type Answer = Response | { readonly kind: 'stall' } | { readonly kind: 'reset' }

/** An answer over HTTP. */
export interface Response {
  readonly kind: 'response'
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** One protocol. All planes of an emulator share its port and its keys. */
export interface Plane {
  /** Whether a request speaks this protocol: by its headers or its query, before anything is checked. */
  claims(request: PlaneRequest): boolean
  /** Answers; failures are answers, too. */
  answer(request: PlaneRequest): Promise<Answer>
}

/** The values of a header, none when it was not sent. */
export function headerValues({ headers }: Pick<PlaneRequest, 'headers'>, name: string): string[] {
  return headers.filter(([each]) => each.toLowerCase() === name).map(([, value]) => value)
}

/** The value of a header; undefined when it was not sent, or more than once. */
export function headerValue(request: Pick<PlaneRequest, 'headers'>, name: string): string | undefined {
  const values = headerValues(request, name)
  return values.length === 1 ? values[0] : undefined
}
