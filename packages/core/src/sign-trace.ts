import { type TracingChannelCollection, tracingChannel } from 'node:diagnostics_channel'
import type { AlgorithmName } from './algorithm.js'
import { SigningError, type SigningErrorCode } from './error.js'
import type { MessageType, Signature } from './signature.js'

/**
 * What is told of one signature on the tracing channel `signport.sign` of node:diagnostics_channel, as the events `start`,
 * `end`, `error`, `asyncStart` and `asyncEnd`. One object goes through all of them. There is neither message nor digest in it.
 */
export interface SignTrace {
  /** The provider's name, such as `aws-kms`. */
  readonly provider: string
  /** The key as it is configured. */
  readonly keyId: string
  readonly algorithm: AlgorithmName
  /** What goes to the service, from when that is known. */
  messageType?: MessageType
  /** How often the service was asked for the signature so far. */
  attempts: number
  /** How it ended, by the code of the error; `Other` for what is no `SigningError`. Undefined before. */
  outcome?: 'signed' | SigningErrorCode | 'Other'
  /** What the service says about a signature. */
  keyVersion?: string
  requestId?: string
  /** What the call is rejected with. */
  error?: unknown
}

const channel: TracingChannelCollection<unknown, SignTrace> = tracingChannel('signport.sign')

/** On Node 20 the five channels do not say it together. */
const watched = () =>
  [channel.start, channel.end, channel.asyncStart, channel.asyncEnd, channel.error].some(
    ({ hasSubscribers }) => hasSubscribers,
  )

/** Tells whoever listens how a signature comes about. Where nobody does, nothing is made for it. */
export function traced(
  about: Pick<SignTrace, 'provider' | 'keyId' | 'algorithm'>,
  sign: (trace?: SignTrace) => Promise<Signature>,
): Promise<Signature> {
  if (!watched()) return sign()
  const trace: SignTrace = { ...about, attempts: 0 }
  return channel.start.runStores(trace, () => {
    const signing = sign(trace)
    channel.end.publish(trace)
    return signing.then(
      (signature) => {
        tellEnd(Object.assign(trace, facts(signature)))
        return signature
      },
      (error: unknown) => {
        channel.error.publish(Object.assign(trace, { error, outcome: codeOf(error) }))
        tellEnd(trace)
        throw error
      },
    )
  })
}

function facts({ keyVersion, requestId }: Signature): Partial<SignTrace> {
  return {
    outcome: 'signed',
    ...(keyVersion !== undefined && { keyVersion }),
    ...(requestId !== undefined && { requestId }),
  }
}

/** What else is thrown is a mistake of whoever called, or a failure of his stream. */
const codeOf = (error: unknown) => (SigningError.is(error) ? error.code : 'Other')

function tellEnd(trace: SignTrace): void {
  channel.asyncStart.publish(trace)
  channel.asyncEnd.publish(trace)
}
