import { AuthFailure } from '../../sigv4/auth-failure.js'
import { checkSignature } from '../../sigv4/check-signature.js'
import type { PlaneContext } from '../context.js'
import type { PlaneRequest } from '../plane.js'
import { TrentFailure } from './failure.js'

/** Lets in requests that are signed for KMS in this region. @throws TrentFailure */
export function authenticate(request: PlaneRequest, { credentials, place, clock }: PlaneContext): void {
  if (!credentials) return
  try {
    checkSignature(request, { service: 'kms', region: place.region, credentials, now: clock() })
  } catch (error) {
    if (error instanceof AuthFailure) throw new TrentFailure(error.code, error.message)
    throw error
  }
}
