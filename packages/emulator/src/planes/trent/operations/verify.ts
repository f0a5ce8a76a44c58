import { keyArn } from '../arn.js'
import { TrentFailure } from '../failure.js'
import { blob, required } from '../member.js'
import { operation } from '../operation.js'
import { signingMembers, signingRequest } from '../signing-request.js'
import { assertNotDry } from './sign.js'

const members = { ...signingMembers, Signature: required(blob({ min: 1, max: 6144 })) }

/** Verify: a signature that is not valid is an error, as it is at AWS. */
export const verify = operation(members, async (input, context) => {
  const { key, pair, algorithm, message } = signingRequest('Verify', input, context)
  if (!(await pair.verify(algorithm, message, input.Signature)))
    throw new TrentFailure('KMSInvalidSignatureException')
  assertNotDry(input.DryRun)
  return { KeyId: keyArn(context.place, key), SignatureValid: true, SigningAlgorithm: algorithm.name }
})
