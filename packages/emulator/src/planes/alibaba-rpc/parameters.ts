import { AlibabaFailure } from '../alibaba/failure.js'
import { headerValue, type PlaneRequest, type RequestHead } from '../plane.js'

/** The parameters of a request: each has one value, and an empty one counts as none. */
export type Parameters = ReadonlyMap<string, string>

const FORM = 'application/x-www-form-urlencoded'

/** Whether the body of a request has parameters, too. */
export function hasForm(head: RequestHead): boolean {
  return (headerValue(head, 'content-type') ?? '').split(';')[0]?.trim().toLowerCase() === FORM
}

/** What newer clients say in headers. */
const IN_HEADERS = [
  ['Action', 'x-acs-action'],
  ['Version', 'x-acs-version'],
] as const

/**
 * The parameters of a request, which may be in its query, in a form that is its body, or in both; the operation and the
 * version may be headers instead.
 *
 * @throws AlibabaFailure `ParseRequestParameterException` for what is not encoded as it should be, and for a parameter
 *   that is there twice
 */
export function parametersOf(request: PlaneRequest): Parameters {
  const form = hasForm(request) ? request.body.toString('latin1') : ''
  const given = parse([splitTarget(request.target).query, form])
  for (const [name, header] of IN_HEADERS) {
    const value = headerValue(request, header)
    if (value !== undefined && !given.has(name)) given.set(name, value)
  }
  return given
}

/** The parameters in the query alone. */
export function queryParameters(query: string): Parameters {
  return parse([query])
}

/** The path and the query of a request's target; a query may have further question marks in it. */
export function splitTarget(target: string): { readonly path: string; readonly query: string } {
  const end = target.indexOf('?')
  return end < 0 ? { path: target, query: '' } : { path: target.slice(0, end), query: target.slice(end + 1) }
}

function parse(parts: readonly string[]): Map<string, string> {
  const parameters = new Map<string, string>()
  for (const pair of parts.flatMap((part) => part.split('&')).filter((each) => each !== '')) {
    const [name = '', ...value] = pair.split('=')
    const key = decode(name)
    if (parameters.has(key)) throw new AlibabaFailure('ParseRequestParameterException')
    parameters.set(key, decode(value.join('=')))
  }
  return parameters
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    throw new AlibabaFailure('ParseRequestParameterException')
  }
}
