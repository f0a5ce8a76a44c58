import { SERVER_NAMES, SERVERS } from './behaviour.js'
import { table } from './matrix.js'
import { ASPECTS, type ServerBehaviour, serverBehaviours } from './server-behaviour.js'

/** What each server does about each aspect. */
export function behaviourTable(): string {
  const all = serverBehaviours()
  const rows = ASPECTS.map((aspect) => [
    aspect,
    ...SERVER_NAMES.map((server) => findingOf(all, { server, aspect })),
  ])
  return table(['', ...SERVER_NAMES], rows)
}

function findingOf(
  all: readonly ServerBehaviour[],
  { server, aspect }: Pick<ServerBehaviour, 'server' | 'aspect'>,
): string {
  const found = all.find((each) => each.server === server && each.aspect === aspect)
  if (!found) throw new TypeError(`Nothing is known of ${server}: ${aspect}.`)
  return found.finding
}

/** What Signport makes of each finding, whoever it was found at. */
export function consequenceTable(): string {
  const consequences = new Map(serverBehaviours().map(({ behaviour, signport }) => [behaviour, signport]))
  return table(['when', 'Signport'], [...consequences])
}

/** Which servers there are. */
export function serverTable(): string {
  return table(
    ['', 'what it is'],
    SERVER_NAMES.map((name) => [name, SERVERS[name]]),
  )
}
