import { create, toBinary } from '@bufbuild/protobuf'
import { SignRequestSchema } from '../generated/instance_pb.js'

/** How the instance is told what it signs. */
export type WireMessageType = 'RAW' | 'DIGEST'

/** What a body holds besides the message. */
export interface SignParameters {
  readonly keyId: string
  readonly algorithm: string
  readonly messageType: WireMessageType
}

/** The body of a request to sign. */
export function signBody(parameters: SignParameters, message: Uint8Array): Uint8Array {
  return toBinary(SignRequestSchema, create(SignRequestSchema, { ...parameters, message }))
}

/** A field's tag, in bytes: all numbers of fields are below 16. */
const TAG_BYTES = 1

/**
 * The length of the longest message whose body has at most `maxBodyBytes` bytes: what is left of them after the other
 * fields, the message's tag and its length, which takes a byte for each 7 bits. Below 1 there is no room for any.
 */
export function longestMessage(parameters: SignParameters, maxBodyBytes: number): number {
  const left = maxBodyBytes - signBody(parameters, new Uint8Array()).length - TAG_BYTES
  const longest = [1, 2, 3, 4].map((lengthBytes) => Math.min(left - lengthBytes, 2 ** (7 * lengthBytes) - 1))
  return Math.max(...longest)
}
