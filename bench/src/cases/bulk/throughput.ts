import { awsFloor } from '../../clients/aws-floor.js'
import { AWS_FLOOR } from '../../clients/aws-names.js'
import type { Case, Row, Run } from '../../harness/case.js'
import { wallClock } from '../../harness/clock.js'
import { concurrently } from '../../harness/concurrently.js'
import { type Contender, compareAll } from '../../harness/pairs.js'
import { withProgram } from '../../harness/with-program.js'
import type { Kms, KmsOptions } from '../../kms/kms.js'
import { speedsOf } from '../speed.js'
import { assertSigned, createSigningBatch } from './signing-batch.js'

const CONCURRENCIES = [16, 64]
const DIGESTS = 20_000
const QUICK_DIGESTS = 200
const LATENCY_MS = 5

const SUBJECT = 'trent-service by signMany, check off'
const BASELINE = AWS_FLOOR

export const bulkThroughput: Case = {
  name: 'bulk/throughput',
  title: 'Many signatures',
  method:
    `Signatures a second when \`signMany\` has ${DIGESTS.toLocaleString('en')} messages signed (RS256: a digest of each goes to the ` +
    `service) by a server in another process that takes ${LATENCY_MS} ms for each answer, against a loop of node:http with kept ` +
    'connections that sends the same request as often, at the same concurrency, and reads, parses and decodes each answer.',
  run(run) {
    const options: KmsOptions = { tls: false, latencyMs: LATENCY_MS }
    return withProgram<Kms, readonly Row[]>('kms-server', options, (kms) => rowsOf(run, kms))
  },
}

async function rowsOf(run: Run, kms: Kms): Promise<readonly Row[]> {
  const rows: Row[] = []
  for (const concurrency of CONCURRENCIES) rows.push(await compare(run, kms, concurrency))
  return rows
}

async function compare(run: Run, kms: Kms, concurrency: number): Promise<Row> {
  const { pairs } = run
  const count = run.quick ? QUICK_DIGESTS : DIGESTS
  const contenders = [await signingMany(kms, concurrency), await sendingAlone(kms, concurrency)]
  const options = { clock: wallClock, count, pairs, warmup: count / 10 }
  const onRound = (round: number) => run.progress(`concurrency ${concurrency}, ${round + 1} of ${pairs}`)
  try {
    const measured = await compareAll(contenders, { ...options, onRound })
    return {
      group: `Concurrency ${concurrency}`,
      subject: SUBJECT,
      ...speedsOf(measured, SUBJECT, BASELINE),
      pairs,
      target: { atLeast: 0.8 },
    }
  } finally {
    for (const { close } of contenders) await close?.()
  }
}

async function signingMany(kms: Kms, concurrency: number): Promise<Contender> {
  const batch = createSigningBatch(kms, { concurrency })
  assertSigned(kms, await batch.sign())
  return {
    name: SUBJECT,
    async perform(count) {
      const [failure] = await batch.signMany(count)
      if (failure) throw failure
    },
    close: () => batch.close(),
  }
}

async function sendingAlone(kms: Kms, concurrency: number): Promise<Contender> {
  const { once, signatureOf, close } = awsFloor(kms, 'RS256')
  assertSigned(kms, signatureOf(await once()))
  return {
    name: BASELINE,
    perform: (count) => concurrently(count, concurrency, once),
    close: async () => void close?.(),
  }
}
