import type { IncomingHttpHeaders } from 'node:http'
import type { SigningError } from '@signport/core'
import { redirectError } from '@signport/core/kit'
import { PROVIDER } from './failure.js'
import { redaction } from './redact.js'

/** What stands before the body of an answer. */
export interface AnswerHead {
  readonly status: number
  readonly headers: IncomingHttpHeaders
}

/** Whether whoever answers wants to be asked elsewhere. */
export const isRedirection = ({ status }: Pick<AnswerHead, 'status'>) => status >= 300 && status < 400

/** The error for a redirection. */
export const redirected = (
  { headers: { location } }: AnswerHead,
  { host }: URL,
  secrets: readonly string[],
): SigningError => redirectError({ provider: PROVIDER, host, location, secrets }, redaction)
