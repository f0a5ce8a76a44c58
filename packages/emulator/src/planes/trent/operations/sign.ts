import { generatePair } from '../../../keys/key-material.js'
import type { KeyRecord } from '../../../keys/key-record.js'
import { keyArn } from '../arn.js'
import { TrentFailure } from '../failure.js'
import { operation } from '../operation.js'
import { signingMembers, signingRequest } from '../signing-request.js'

/** Sign: a signature of a message or of its digest. */
export const sign = operation(signingMembers, async (input, context) => {
  const { key, pair, algorithm, message } = signingRequest('Sign', input, context)
  const signer = context.effect?.does === 'useOtherKey' ? await otherPair(key) : pair
  const signature = await signer.sign(algorithm, message)
  assertNotDry(input.DryRun)
  return {
    KeyId: keyArn(context.place, key),
    Signature: Buffer.from(signature).toString('base64'),
    SigningAlgorithm: algorithm.name,
  }
})

async function otherPair({ spec }: KeyRecord) {
  const pair = await generatePair(spec)
  if (!pair) throw new TypeError(`${spec} has no key pairs.`)
  return pair
}

/** A dry run that would succeed ends here, and says so by an error. */
export function assertNotDry(dryRun: boolean | undefined): void {
  if (dryRun)
    throw new TrentFailure(
      'DryRunOperationException',
      'The request would have succeeded, but the DryRun option is set.',
    )
}
