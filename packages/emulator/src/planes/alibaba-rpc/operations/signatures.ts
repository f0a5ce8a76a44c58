import { findKey, findVersion } from '../../alibaba/find-key.js'
import { DIGEST_BYTES, type SigningKey, signingKey, signWith } from '../../alibaba/signing-key.js'
import type { OperationContext } from '../../context.js'
import type { Operation } from '../operation.js'
import { bytes, required } from '../parameter.js'
import type { Parameters } from '../parameters.js'

/** AsymmetricSign: a signature of a digest. */
export const asymmetricSign: Operation = async (parameters, context) => {
  const { key, signing, message, members } = readRequest(parameters, context)
  const signature = await signWith(signing, message, key, context)
  return { ...members, Value: signature.toString('base64') }
}

/** AsymmetricVerify: whether a signature is valid is no failure. */
export const asymmetricVerify: Operation = async (parameters, context) => {
  const { signing, message, members } = readRequest(parameters, context)
  const { pair, algorithm }: SigningKey = signing
  return { ...members, Value: await pair.verify(algorithm, message, bytes(parameters, 'Value')) }
}

function readRequest(parameters: Parameters, context: OperationContext) {
  const KeyId = required(parameters, 'KeyId')
  const KeyVersionId = required(parameters, 'KeyVersionId')
  const algorithm = required(parameters, 'Algorithm')
  const digest = bytes(parameters, 'Digest', DIGEST_BYTES)
  const key = findKey(KeyId, context)
  const signing = signingKey(key, findVersion(key, KeyVersionId), algorithm)
  const message = { type: 'DIGEST', bytes: digest } as const
  return { key, signing, message, members: { KeyId: key.id, KeyVersionId } }
}
