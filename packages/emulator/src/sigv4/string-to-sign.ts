import { hashOf } from './canonical-request.js'

/** The algorithm of SigV4. */
export const ALGORITHM = 'AWS4-HMAC-SHA256'

/** What a signature is good for. */
export interface Scope {
  /** As `20261121`. */
  readonly day: string
  readonly region: string
  readonly service: string
}

/** The scope as requests write it. */
function scopeText({ day, region, service }: Scope): string {
  return `${day}/${region}/${service}/aws4_request`
}

/** What is signed ("Create a string to sign" of SigV4). @param time as `20261121T120000Z` */
export function stringToSign(canonicalRequest: string, time: string, scope: Scope): string {
  return [ALGORITHM, time, scopeText(scope), hashOf(canonicalRequest)].join('\n')
}
