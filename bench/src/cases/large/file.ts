import { constants, publicDecrypt } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { freemem } from 'node:os'
import { join } from 'node:path'
import type { Case, Result, Run } from '../../harness/case.js'
import { Measured } from '../../harness/measured.js'
import { compareAny, type Sampler } from '../../harness/pairs.js'
import { SHA256_INFO } from '../../kms/rsa-plane.js'
import { opensslVersion } from '../openssl.js'
import { runProcess } from '../process-run.js'
import { type KeyPlace, withKey } from '../with-key.js'
import { BARE, EMPTY, fileResults, OPENSSL } from './file-results.js'
import { type FileRun, type FileSigner, fileSigners, runBare } from './file-signers.js'
import { sha256Of, writeLargeFile } from './large-file.js'

const BYTES = 4e9
const QUICK_BYTES = 64e6

export const largeFile: Case = {
  name: 'large/file',
  title: 'A file of 4 GB',
  method: [
    'A file that was just written and read, and is in the page cache where there is memory for it, is signed by RS256, with a',
    'key in a file or in a service of the measuring process, and hashed by openssl. Time is that from start to end, without',
    'what bare Node takes, or openssl for an empty file, in the same round. CPU time is that of the whole process, in all of',
    'its threads, without what bare Node takes. Memory is the most that the process had in any round, of everything, Node',
    'included: its target is about that, and not about a median.',
  ].join(' '),
  run: (run) => withKey((place) => measure(place, run)),
}

async function measure(place: KeyPlace, run: Run): Promise<readonly Result[]> {
  const bytes = run.quick ? QUICK_BYTES : BYTES
  const [file, empty] = [join(place.folder, 'large'), join(place.folder, 'empty')]
  run.progress(`writing ${bytes / 1e6} MB`)
  await writeLargeFile(file, bytes)
  await writeFile(empty, '')
  const signers = fileSigners(place, file)
  const openssl = await opensslVersion()
  run.progress('verifying')
  await assertAll(signers, place, file, openssl)

  const { pairs, quick } = run
  const available = freemem()
  const runs = new Map<string, Taken[]>()
  const samplers = [
    ...[{ name: BARE, sign: runBare }, ...signers].map((each) => samplerOf(each, runs)),
    ...(openssl ? [hasher(OPENSSL, file), hasher(EMPTY, empty)] : []),
  ]
  const measured = await compareAny(samplers, {
    pairs,
    onRound: (round) => run.progress(`${round + 1} of ${pairs}`),
  })
  return fileResults(signers, {
    bytes,
    available,
    pairs,
    quick,
    openssl,
    measured,
    cpu: new Measured(mapEach(runs, (taken) => taken.map(({ cpu }) => cpu))),
    peaks: mapEach(runs, (taken) => Math.max(...taken.map(({ peak }) => peak))),
  })
}

/** Every signature is of this file, and openssl hashes the same. */
async function assertAll(
  signers: readonly FileSigner[],
  { publicKey }: KeyPlace,
  file: string,
  openssl: string | undefined,
): Promise<void> {
  const digest = await sha256Of(file)
  const padding = constants.RSA_PKCS1_PADDING
  for (const { name, sign } of signers) {
    const { signature } = await sign()
    const signed = publicDecrypt({ key: publicKey, padding }, signature)
    if (!signed.equals(Buffer.concat([SHA256_INFO, digest])))
      throw new Error(`${name} gave no valid signature`)
  }
  if (openssl && !(await hashByOpenssl(file)).output.includes(digest.toString('hex')))
    throw new Error('openssl gave another digest')
}

function hashByOpenssl(file: string) {
  return runProcess('openssl', ['dgst', '-sha256', file])
}

function hasher(name: string, file: string): Sampler {
  return { name, sample: async () => (await hashByOpenssl(file)).toEnd }
}

type Taken = Omit<FileRun, 'signature'>

interface Measurable {
  readonly name: string
  sign(): Promise<Taken>
}

function samplerOf({ name, sign }: Measurable, runs: Map<string, Taken[]>): Sampler {
  const taken: Taken[] = []
  runs.set(name, taken)
  const sample = async () => {
    const run = await sign()
    taken.push(run)
    return run.time
  }
  return { name, sample }
}

/** What is made of the runs of each. */
function mapEach<T>(runs: ReadonlyMap<string, readonly Taken[]>, make: (taken: readonly Taken[]) => T) {
  return new Map([...runs].map(([name, taken]) => [name, make(taken)]))
}
