import { randomUUID } from 'node:crypto'
import { subscribe } from 'node:diagnostics_channel'
import {
  type Emulator,
  type FaultKind,
  type FaultPlan,
  type SeedDocument,
  startEmulator,
} from '@signport/emulator'
import type { Look } from './run-clock.js'

/** What is asked of the process: first to start, in the end to close. Each question is answered with one message. */
export type Question =
  | { readonly ask: 'start'; readonly seed: SeedDocument }
  | { readonly ask: 'seen' }
  | { readonly ask: 'look' }
  | { readonly ask: 'close' }
  /** How far its time is ahead of that of this machine. */
  | { readonly ask: 'ahead'; readonly milliseconds: number }
  /** Everything is right again without a plan. */
  | { readonly ask: 'random'; readonly plan?: FaultPlan }

/** Where the emulator is, and who may use it. */
export interface Place extends Pick<Emulator, 'url' | 'region' | 'credentials'> {
  readonly tls: { readonly url: string; readonly ca: string }
  readonly clientKey: Awaited<ReturnType<Emulator['clientKey']>>
  /** Where nobody listens, for each protocol. */
  readonly deserted: Readonly<Record<'trent' | 'openapi' | 'instance', string>>
}

/** How often each kind of fault happened. */
export type SeenFaults = Readonly<Record<FaultKind, number>>

/** What one request met. */
export interface Met {
  readonly keyId: string
  readonly operation: string
  readonly fault: FaultKind | undefined
  /** The code of a failure. */
  readonly code: string | undefined
}

/** What goes on, and what requests have met since the last look. */
export interface Sight extends Look {
  readonly met: readonly Met[]
}

/** What the process says. */
export type Reply =
  | { readonly reply: Place | SeenFaults | Sight | undefined }
  /** A failure of the emulator's own. */
  | { readonly failure: string }

/** So many that none comes again while one is still refused: whoever is told that his have had their time takes the next. */
const CREDENTIALS = Array.from({ length: 32 }, (_, index) => ({
  accessKeyId: `CHAOS.RUN.CREDENTIAL.${index}`,
  secretAccessKey: randomUUID() + randomUUID(),
  sessionToken: randomUUID() + randomUUID(),
}))

/** What a client gave up that had not even sent its request whole is not waited for any longer. In milliseconds. */
const LOST_MS = 20_000

let emulator: Emulator
let aheadMs = 0
let started = 0
let answered = 0
let lastId: string | undefined
let changedAt = 0

subscribe('http.server.request.start', () => {
  started++
  changedAt = performance.now()
})

const say = (reply: Reply, then = () => {}) => process.send?.(reply, then)

process.on('message', async (question: Question) => {
  const last = question.ask === 'close'
  say({ reply: await answer(question) }, () => last && process.exit())
})

// Whoever has started it is gone.
process.on('disconnect', () => process.exit())

async function answer(question: Question): Promise<Place | SeenFaults | Sight | undefined> {
  switch (question.ask) {
    case 'start':
      emulator = await start(question.seed)
      return place()
    case 'seen':
      return emulator.faults.seen()
    case 'look':
      return look()
    case 'ahead':
      aheadMs = question.milliseconds
      return undefined
    case 'random':
      emulator.faults.random(question.plan)
      return undefined
    case 'close':
      await emulator.close()
      return undefined
  }
}

function start(seed: SeedDocument): Promise<Emulator> {
  return startEmulator({
    seed,
    credentials: CREDENTIALS,
    tls: true,
    separatePorts: true,
    clock: () => new Date(Date.now() + aheadMs),
    notify: (failure) => say({ failure }),
  })
}

/** A request is written down when it is clear what is answered, or that nothing is. */
function look(): Sight {
  const records = emulator.requests()
  const known = records.findLastIndex(({ requestId }) => requestId === lastId)
  if (lastId !== undefined && known < 0) say({ failure: 'Too many requests came between two looks.' })
  const fresh = records.slice(known + 1)
  lastId = fresh.at(-1)?.requestId ?? lastId
  answered += fresh.length
  if (fresh.length > 0) changedAt = performance.now()
  else if (performance.now() - changedAt > LOST_MS) answered = started
  const met = fresh.map(({ keyId = '', operation = '', fault, code }) => ({ keyId, operation, fault, code }))
  return { started, underWay: started - answered, met }
}

async function place(): Promise<Place> {
  const { url, region, credentials, tls, planes } = emulator
  if (!tls || !planes) throw new TypeError('The emulator has neither TLS nor ports for each protocol.')
  for (const plane of Object.values(planes)) await plane.refuse()
  const { trent, openapi, instance } = planes
  return {
    url,
    region,
    credentials,
    tls: { url: tls.url, ca: tls.ca },
    clientKey: await emulator.clientKey(),
    deserted: { trent: trent.url, openapi: openapi.url, instance: instance.url },
  }
}
