import { signatureOf } from '../../../keys/signature.js'
import type { Signing } from '../../../keys/signing.js'
import type { PlaneContext } from '../../context.js'
import { keyArn } from '../arn.js'
import { TrentFailure } from '../failure.js'
import { readInput } from '../member.js'
import { operation } from '../operation.js'
import { signingMembers, signingRequest } from '../signing-request.js'

/** Sign: a signature of a message or of its digest. */
export const sign = operation(signingMembers, async (input, context) => {
  const { key, ...signing } = signingRequest('Sign', input, context)
  const signature = await signatureOf(signing, context)
  assertNotDry(input.DryRun)
  return {
    KeyId: keyArn(context.place, key),
    Signature: signature.toString('base64'),
    SigningAlgorithm: signing.algorithm.name,
  }
})

/** What a request to sign would get a signature of; undefined for a dry run, which gets none. @throws TrentFailure */
export function signingOf(request: object, context: PlaneContext): Signing | undefined {
  const input = readInput(signingMembers, request)
  return input.DryRun ? undefined : signingRequest('Sign', input, context)
}

/** A dry run that would succeed ends here, and says so by an error. */
export function assertNotDry(dryRun: boolean | undefined): void {
  if (dryRun)
    throw new TrentFailure(
      'DryRunOperationException',
      'The request would have succeeded, but the DryRun option is set.',
    )
}
