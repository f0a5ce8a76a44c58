import type { SigningError } from '@signport/core'
import { redirectError as errorOf, type Redirect } from '@signport/core/kit'
import { redaction } from './redact.js'

/** The error for a redirect. */
export const redirectError = (redirect: Redirect): SigningError => errorOf(redirect, redaction)
