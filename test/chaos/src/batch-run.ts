import { createHash } from 'node:crypto'
import { oracleVerifies } from '@signport/contract'
import {
  createSigner,
  type Signature,
  type Signer,
  SigningError,
  type SigningProvider,
  type SignManyOptions,
  type SignManyResult,
  signMany,
} from '@signport/core'
import type { Batch } from './batch.js'
import { found } from './chaos-key.js'
import { reviewError } from './error-review.js'
import { withinLimit } from './in-parallel.js'
import { lastPart } from './key-name.js'
import { plainDigestOf } from './message.js'
import { formsOf, type Secrets } from './secrets.js'
import type { Setting } from './sign-item.js'

/** What batches are run with. */
export interface BatchWork {
  readonly setting: Setting
  readonly secrets: Secrets
  /** How many messages each has. */
  readonly count: number
  /** In place of core's, in a test. */
  readonly many?: typeof signMany | undefined
}

/** What became of a batch. */
export interface BatchEnd {
  readonly batch: Batch
  /** The signatures that were released, by the place of their message, to be verified. */
  readonly signatures: readonly (readonly [index: number, signature: Signature])[]
  readonly failed: number
  readonly defects: readonly string[]
}

/** So long a batch may take, with so much for each message, by the clock of the run: if all waited for their deadlines. */
const LIMIT_MS = 60_000
const LIMIT_FOR_EACH_MS = 1_000

/** Signs all messages of a batch with the usual settings, and looks at each result. */
export async function runBatch(batch: Batch, work: BatchWork): Promise<BatchEnd> {
  const { setting, count } = work
  const name = nameOf(batch)
  const tally = createTally(batch, work)
  const signer = createSigner({
    provider: setting.connections.usual(batch.connection),
    keyId: batch.keyId,
    algorithm: batch.algorithm,
    check: batch.check,
    clock: setting.clock,
    onKeyChange: () => {},
  })
  const milliseconds = LIMIT_MS + LIMIT_FOR_EACH_MS * count
  const signing = signAll(signer, batch, work, tally.take).finally(() => signer.close())
  const ended = await withinLimit(signing, { clock: setting.clock, milliseconds }, () => ['did not end'])
  const defects = [...ended, ...tally.defects()].map((defect) => `${name} ${defect}`)
  return { batch, signatures: tally.signatures, failed: tally.failed(), defects }
}

/** For people. */
function nameOf({ connection, algorithm, check, ordered, aborted }: Batch): string {
  const how = [`check ${check}`, ordered ? 'ordered' : 'as they come', ...(aborted ? ['aborted'] : [])]
  return `the batch of ${connection} with ${algorithm} (${how.join(', ')})`
}

/** The message of a place in a batch. */
function batchMessage(seed: number, { keyId }: Batch, index: number): Uint8Array {
  return Uint8Array.from(createHash('sha512').update(`${keyId} ${index} of ${seed}`).digest())
}

function* messagesOf(batch: Batch, { setting, count }: BatchWork): Generator<Uint8Array> {
  for (let index = 0; index < count; index++) yield batchMessage(setting.seed, batch, index)
}

/** What is wrong with how it ended. */
async function signAll(
  signer: Signer,
  batch: Batch,
  work: BatchWork,
  take: (result: SignManyResult) => number,
): Promise<string[]> {
  const { many = signMany, count } = work
  const controller = new AbortController()
  const options: SignManyOptions = { ordered: batch.ordered, signal: controller.signal }
  try {
    for await (const result of many(signer, messagesOf(batch, work), options))
      if (take(result) >= count / 2 && batch.aborted) controller.abort()
  } catch (error) {
    return batch.aborted && SigningError.is(error, 'Aborted') ? [] : [`broke off: ${String(error)}`]
  }
  return batch.aborted ? ['was aborted, and ended as if it had not been'] : []
}

/** Each result as it comes: there is one for each message, and it says what it should. */
function createTally(batch: Batch, { setting, secrets, count }: BatchWork) {
  const times = new Array<number>(count).fill(0)
  const signatures: (readonly [number, Signature])[] = []
  const found: string[] = []
  let taken = 0
  let failures = 0
  const takeError = (index: number, error: unknown) => {
    failures++
    const message = batchMessage(setting.seed, batch, index)
    const digest = plainDigestOf(batch.algorithm, message) ?? new Uint8Array()
    const { defects } = reviewError(error, secrets, formsOf(message), formsOf(digest))
    found.push(...defects.map((defect) => `has for message ${index}: ${defect}`))
  }
  return {
    signatures,
    failed: () => failures,
    take({ index, signature, error }: SignManyResult): number {
      if (batch.ordered && index !== taken) found.push(`has the result of message ${index} in place ${taken}`)
      times[index] = (times[index] ?? 0) + 1
      if (signature) signatures.push([index, signature])
      else takeError(index, error)
      return ++taken
    },
    defects: () => [
      ...found,
      ...times.flatMap((each, index) => (each > 1 ? [`has ${each} results of message ${index}`] : [])),
      ...(batch.aborted ? [] : lost(times)),
    ],
  }
}

const lost = (times: readonly number[]) =>
  times.flatMap((each, index) => (each === 0 ? [`lost the result of message ${index}`] : []))

/**
 * Verifies every signature of a batch, with the key that it says it is by.
 *
 * @param server answers without faults by now
 */
export async function verifyBatch(
  { batch, signatures }: BatchEnd,
  { seed, keys }: Setting,
  server: SigningProvider,
): Promise<readonly string[]> {
  const { id, publicKey } = found(keys, batch.key)
  const known = new Map<string, string | Uint8Array>([
    [id, publicKey],
    // A service that names no key, or its alias, says nothing of another one.
    [batch.keyId, publicKey],
  ])
  const defects: string[] = []
  for (const [index, signature] of signatures) {
    const named = signature.keyId === batch.keyId ? batch.keyId : lastPart(signature.keyId)
    if (!known.has(named)) known.set(named, await keyOf(named, server))
    const key = known.get(named) ?? publicKey
    const message = batchMessage(seed, batch, index)
    if (!(await oracleVerifies(batch.algorithm, key, message, signature.bytes)))
      defects.push(`${nameOf(batch)} was given a signature for message ${index} that is not valid`)
  }
  return defects
}

async function keyOf(keyId: string, server: SigningProvider): Promise<Uint8Array> {
  const { publicKey } = await server.getPublicKey({ keyId }, {})
  return publicKey as Uint8Array
}
