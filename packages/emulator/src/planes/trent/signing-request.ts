import type { Message } from '../../crypto/key-pair.js'
import type { KeyRecord } from '../../keys/key-record.js'
import { algorithmsOf } from '../../keys/key-spec.js'
import type { Signing } from '../../keys/signing.js'
import {
  MESSAGE_TYPES,
  type MessageType,
  SIGNING_ALGORITHM_NAMES,
  type SigningAlgorithm,
  signingAlgorithm,
} from '../../keys/signing-algorithm.js'
import type { PlaneContext } from '../context.js'
import { keyArn } from './arn.js'
import { TrentFailure } from './failure.js'
import { assertEnabled, findKey, grantToken, keyId } from './find-key.js'
import { blob, choice, flag, type InputOf, list, required } from './member.js'

/** What Sign and Verify both take. */
export const signingMembers = {
  KeyId: keyId,
  Message: required(blob({ min: 1, max: 4096 })),
  MessageType: choice(MESSAGE_TYPES),
  GrantTokens: list(grantToken, { max: 10 }),
  SigningAlgorithm: required(choice(SIGNING_ALGORITHM_NAMES)),
  DryRun: flag,
}

/** A request that Sign and Verify can carry out. */
export interface SigningRequest extends Signing {
  readonly key: KeyRecord
}

/** Checks key, use, algorithm and message, in this order. @throws TrentFailure */
export function signingRequest(
  operation: string,
  input: InputOf<typeof signingMembers>,
  context: PlaneContext,
): SigningRequest {
  const key = findKey(input.KeyId, context)
  assertEnabled(key, context)
  const { spec, usage } = key
  const [{ pair }] = key.versions
  if (usage !== 'SIGN_VERIFY' || !pair) {
    const arn = keyArn(context.place, key)
    const message = `${arn} key usage is ${usage} which is not valid for ${operation}.`
    throw new TrentFailure('InvalidKeyUsageException', message)
  }
  const algorithm = signingAlgorithm(input.SigningAlgorithm)
  if (!algorithmsOf(spec, usage)?.includes(algorithm.name)) {
    const message = `Algorithm ${algorithm.name} is incompatible with key spec ${spec}.`
    throw new TrentFailure('InvalidKeyUsageException', message)
  }
  return { key, spec, pair, algorithm, message: readMessage(algorithm, input.Message, input.MessageType) }
}

function readMessage({ name, forms }: SigningAlgorithm, bytes: Buffer, type: MessageType = 'RAW'): Message {
  if (!forms.has(type)) {
    const message = `Message type ${type} is incompatible with algorithm ${name}.`
    throw new TrentFailure('ValidationException', message)
  }
  const length = forms.get(type)
  if (length === undefined || bytes.length === length) return { type, bytes }
  const what = type === 'DIGEST' ? 'Digest' : 'Message'
  throw new TrentFailure('ValidationException', `${what} is invalid length for algorithm ${name}.`)
}
