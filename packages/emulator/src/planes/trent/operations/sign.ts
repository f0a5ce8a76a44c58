import { otherPair } from '../../../keys/key-material.js'
import { keyArn } from '../arn.js'
import { TrentFailure } from '../failure.js'
import { operation } from '../operation.js'
import { signingMembers, signingRequest } from '../signing-request.js'

/** Sign: a signature of a message or of its digest. */
export const sign = operation(signingMembers, async (input, context) => {
  const { key, pair, algorithm, message } = signingRequest('Sign', input, context)
  const signer = context.effect?.does === 'useOtherKey' ? await otherPair(key.spec) : pair
  const signature = await signer.sign(algorithm, message)
  assertNotDry(input.DryRun)
  return {
    KeyId: keyArn(context.place, key),
    Signature: Buffer.from(signature).toString('base64'),
    SigningAlgorithm: algorithm.name,
  }
})

/** A dry run that would succeed ends here, and says so by an error. */
export function assertNotDry(dryRun: boolean | undefined): void {
  if (dryRun)
    throw new TrentFailure(
      'DryRunOperationException',
      'The request would have succeeded, but the DryRun option is set.',
    )
}
