import type { Algorithm, RsaPssAlgorithm } from './algorithm.js'
import type { Demands } from './demands.js'
import { SigningError } from './error.js'
import type { Evidence } from './evidence.js'
import type { Finished } from './finish.js'
import { algorithmsFor } from './key-fit.js'
import { planMessage } from './plan.js'
import type { PublicKey } from './public-key.js'
import type { SignerSettings } from './signer-options.js'
import { verifyEvidence } from './verifier.js'

/** A signature that is not valid, and what it was to be one of. */
interface Refused {
  readonly settings: Pick<SignerSettings, 'algorithm' | 'demands' | 'provider' | 'support'>
  readonly finished: Finished
  readonly evidence: Evidence
  /** The key as it is now. */
  readonly key: PublicKey
}

/** Names one mistake that servers make, and what helps; undefined where it was another. */
type Look = (refused: Refused) => Promise<string | undefined>

/**
 * What a wrong signature looks like, and what helps: sentences that follow those of the error, or nothing. Every look verifies
 * the same bytes in another way, so none of them says what is not so.
 */
export async function checkHint(refused: Refused): Promise<string> {
  for (const look of LOOKS) {
    const hint = await look(refused)
    if (hint !== undefined) return ` ${hint}`
  }
  return ''
}

/** The other algorithms before the second hash: an Ed25519ph that hashes twice is one that has a name. */
const LOOKS: readonly Look[] = [otherSalt, otherAlgorithm, hashedTwice]

/** PSS with the longest salt, as many libraries make it unless they are told otherwise. */
async function otherSalt({ settings, finished, evidence, key }: Refused): Promise<string | undefined> {
  const { algorithm, demands } = settings
  if (algorithm.scheme !== 'rsassa-pss') return undefined
  if (!(await verifyEvidence(algorithm, key, evidence, finished.bytes, withAnySalt(demands))))
    return undefined
  return saltHint(algorithm)
}

const withAnySalt = (demands: Demands): Demands => ({ ...demands, saltLength: 'any' })

const saltHint = ({ name, saltBytes }: RsaPssAlgorithm) =>
  `Its salt is not ${saltBytes} bytes long, as that of ${name} is: saltLength 'any' accepts it.`

/** The padding of PKCS #1 v1.5 instead of PSS, another hash, Ed25519ph in its other form. */
async function otherAlgorithm({ settings, finished, evidence, key }: Refused): Promise<string | undefined> {
  const { algorithm } = settings
  for (const other of algorithmsFor(key)) {
    if (other === algorithm || !says(evidence, algorithm, other)) continue
    if (!(await verifyEvidence(other, key, evidence, finished.bytes, NO_DEMANDS))) continue
    return `It is one with ${other.name} instead: configure that algorithm if it is the one that is meant.`
  }
  return undefined
}

const NO_DEMANDS: Demands = { parameters: {}, saltLength: 'any', lowS: false }

/** Whether the evidence of one algorithm is one of another, too: a digest is that of its hash alone. */
function says(evidence: Evidence, { digest }: Algorithm, other: Algorithm): boolean {
  return 'message' in evidence || (digest?.kind === undefined && digest?.hash === other.digest?.hash)
}

/** A server that passes over the message type takes the digest for the message. Its PSS may have another salt, too. */
async function hashedTwice({ settings, finished, key }: Refused): Promise<string | undefined> {
  const { algorithm, demands, provider } = settings
  const { digest } = finished.signature
  if (!digest) return undefined
  const verifies = (by: Demands) => verifyEvidence(algorithm, key, { message: digest }, finished.bytes, by)
  if (!(await verifies(withAnySalt(demands)))) return undefined
  const what = `${provider.name} took the digest that it was sent for the message, and hashed it again`
  const whole = wholeMessages(settings)
  if (whole === undefined) return `${what}; it takes nothing but digests, so that this cannot be helped here.`
  const remedy = `${what}: sign messages with messageType 'raw', which sends them as they are${whole}.`
  if (algorithm.scheme !== 'rsassa-pss' || (await verifies(demands))) return remedy
  return `${remedy} ${saltHint(algorithm)}`
}

/** How large a message can be that is sent whole; undefined where none can be. */
function wholeMessages({ algorithm, demands, provider, support }: Refused['settings']): string | undefined {
  const { parameters } = demands
  const question = { algorithm, provider: provider.name, support, parameters, messageBytes: undefined }
  try {
    const kind = planMessage({ ...question, messageType: 'raw' })
    return kind === 'raw' ? `, up to ${support.raw.maxBytes} bytes` : ''
  } catch (error) {
    if (SigningError.is(error, 'UnsupportedAlgorithm')) return undefined
    throw error
  }
}
