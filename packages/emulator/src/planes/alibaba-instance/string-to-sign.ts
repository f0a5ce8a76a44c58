import type { RequestHead } from '../plane.js'

/** The headers that a signature covers by their values alone, in this order. */
const VALUES = ['content-sha256', 'content-type', 'date']

/** The prefix of the headers that are covered by name and value. */
const PREFIX = 'x-kms-'

/** What the signature of a request covers. Neither path nor query is part of it: there is only one. */
export function stringToSign({ method, headers }: RequestHead): string {
  const lower = headers.map(([name, value]) => [name.toLowerCase(), value.trim()] as const)
  const values = VALUES.map((name) => lower.find(([each]) => each === name)?.[1] ?? '')
  const named = lower
    .filter(([name]) => name.startsWith(PREFIX))
    .map(([name, value]) => `${name}:${value}`)
    .sort()
  return [method, ...values, ...named, '/'].join('\n')
}
