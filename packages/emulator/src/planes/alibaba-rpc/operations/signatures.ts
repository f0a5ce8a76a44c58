import { signatureOf } from '../../../keys/signature.js'
import type { Signing } from '../../../keys/signing.js'
import { findKey, findVersion } from '../../alibaba/find-key.js'
import { DIGEST_BYTES, signingKey } from '../../alibaba/signing-key.js'
import type { PlaneContext } from '../../context.js'
import type { Operation } from '../operation.js'
import { bytes, required } from '../parameter.js'
import type { Parameters } from '../parameters.js'

/** AsymmetricSign: a signature of a digest. */
export const asymmetricSign: Operation = async (parameters, context) => {
  const { signing, members } = readRequest(parameters, context)
  const signature = await signatureOf(signing, context)
  return { ...members, Value: signature.toString('base64') }
}

/** What a request to sign would get a signature of. @throws AlibabaFailure */
export function signingOf(parameters: Parameters, context: PlaneContext): Signing {
  return readRequest(parameters, context).signing
}

/** AsymmetricVerify: whether a signature is valid is no failure. */
export const asymmetricVerify: Operation = async (parameters, context) => {
  const { signing, members } = readRequest(parameters, context)
  const { pair, algorithm, message } = signing
  return { ...members, Value: await pair.verify(algorithm, message, bytes(parameters, 'Value')) }
}

function readRequest(parameters: Parameters, context: PlaneContext) {
  const KeyId = required(parameters, 'KeyId')
  const KeyVersionId = required(parameters, 'KeyVersionId')
  const algorithm = required(parameters, 'Algorithm')
  const digest = bytes(parameters, 'Digest', DIGEST_BYTES)
  const key = findKey(KeyId, context)
  const message = { type: 'DIGEST', bytes: digest } as const
  const signing: Signing = { ...signingKey(key, findVersion(key, KeyVersionId), algorithm), message }
  return { signing, members: { KeyId: key.id, KeyVersionId } }
}
