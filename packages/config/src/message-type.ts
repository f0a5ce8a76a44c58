import type { Algorithm, SigningProvider } from '@signport/core'
import type { CommonConfig } from './signer-schema.js'

/**
 * Why nothing could ever be signed with this `messageType`; undefined where it can. Core says it only when there is a
 * message, because in code every call may choose another one.
 */
export function messageTypeRefusal(
  messageType: CommonConfig['messageType'],
  algorithm: Algorithm,
  keyId: string,
  provider: Pick<SigningProvider, 'name' | 'support'>,
): string | undefined {
  const { name, digest } = algorithm
  const inputs = provider.support(algorithm, keyId)?.inputs
  if (!inputs || messageType === undefined || messageType === 'auto') return undefined
  if (messageType === 'digest') {
    if (!digest) return `${name} takes no digest: use auto`
    const takesDigest = inputs.includes(digest.kind === 'ml-dsa-mu' ? 'external-mu' : 'digest')
    return takesDigest ? undefined : `for ${name}, ${provider.name} does not take a digest: use auto`
  }
  // A stream goes on in pieces what is hashed elsewhere; an algorithm without a digest reads it twice.
  const takesMessage = inputs.includes('raw') || (digest !== undefined && inputs.includes('stream'))
  return takesMessage ? undefined : `for ${name}, ${provider.name} does not take the message itself: use auto`
}
