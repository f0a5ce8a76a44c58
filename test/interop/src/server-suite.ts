import { afterAll, beforeAll, describe, test } from '@jest/globals'
import { ASPECTS, type Aspect, serverBehaviours } from './server-behaviour.js'
import type { Demonstration } from './server-demonstration.js'
import { KEYS_SHOWN } from './server-shows-keys.js'
import { SIGNING_SHOWN } from './server-shows-signing.js'
import { WIRE_SHOWN } from './server-shows-wire.js'
import { describeSigning } from './server-signing.js'
import { type ServerKind, type ServerUnderTest, startServerUnderTest } from './server-under-test.js'

const SHOWN: { readonly [A in Aspect]: Readonly<Record<string, Demonstration>> } = {
  ...SIGNING_SHOWN,
  ...KEYS_SHOWN,
  ...WIRE_SHOWN,
}

/** All that is tried with a server: each row of the table that is about it, and all that it signs with. */
export function describeServer(kind: ServerKind): void {
  let starting: Promise<ServerUnderTest> | undefined
  let running: ServerUnderTest | undefined
  beforeAll(async () => {
    starting = startServerUnderTest(kind)
    running = await starting
  })
  // Also one that came too late for the tests. One that failed has told them why, and left nothing.
  afterAll(() =>
    starting?.then(
      (late) => late.close(),
      () => {},
    ),
  )
  const server = () => {
    if (!running) throw new Error(`${kind.name} did not start.`)
    return running
  }

  describe(`${kind.name}: when it is mended, its row of the table changes`, () => {
    const rows = serverBehaviours().filter(({ server: name }) => name === kind.name)
    test.each(rows)('$behaviour', async ({ aspect, finding }) => {
      const show = SHOWN[aspect][finding]
      if (!show) throw new TypeError(`Nothing shows that ${aspect} ${finding}.`)
      await show(server())
    })
  })

  describeSigning(kind, server)
}

/** What the demonstrations are of: every finding of the table, and nothing else. */
export function shownFindings(): readonly (readonly [aspect: Aspect, finding: string])[] {
  return ASPECTS.flatMap((aspect) => Object.keys(SHOWN[aspect]).map((finding) => [aspect, finding] as const))
}
