import { type Behaviour, SERVER_NAMES, type ServerName } from './behaviour.js'
import { KEYS } from './behaviour-keys.js'
import { SIGNING } from './behaviour-signing.js'
import { WIRE } from './behaviour-wire.js'

/**
 * What servers of others do that speak the protocol of AWS KMS, and what Signport makes of it: each aspect reads as a sentence
 * with its finding. The tests show every finding at its server, and the document is written from the same table, so that it
 * says nothing that was not seen. When a server is mended, the test of its finding fails: write the new finding here, and take
 * away the old one where no server has it any more.
 */
export const BEHAVIOUR = { ...SIGNING, ...KEYS, ...WIRE } as const

/** What was looked at. */
export type Aspect = keyof typeof BEHAVIOUR

/** All of them, in the order of the document. */
export const ASPECTS = Object.keys(BEHAVIOUR) as Aspect[]

/** One cell of the document. */
export interface ServerBehaviour {
  readonly server: ServerName
  /** A sentence: the aspect with its finding. */
  readonly behaviour: string
  readonly aspect: Aspect
  readonly finding: string
  readonly signport: string
}

/** The table as a list, by aspect and then by server. */
export function serverBehaviours(): readonly ServerBehaviour[] {
  return ASPECTS.flatMap((aspect) =>
    SERVER_NAMES.map((server) => {
      const { found, signport }: Behaviour = BEHAVIOUR[aspect]
      const finding = found[server]
      return { server, aspect, finding, behaviour: `${aspect} ${finding}`, signport: signport[finding] ?? '' }
    }),
  )
}
