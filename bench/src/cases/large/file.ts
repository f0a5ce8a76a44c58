import { constants, publicDecrypt } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Case, Result, Run } from '../../harness/case.js'
import { compareAny, type Sampler } from '../../harness/pairs.js'
import { SHA256_INFO } from '../loopback-kms.js'
import { opensslVersion } from '../openssl.js'
import { runProcess } from '../process-run.js'
import { type KeyPlace, withKey } from '../with-key.js'
import { BARE, EMPTY, fileResults, OPENSSL } from './file-results.js'
import { type FileSigner, fileSigners, runBare } from './file-signers.js'
import { sha256Of, writeLargeFile } from './large-file.js'

const BYTES = 4e9
const QUICK_BYTES = 64e6

/** Each takes seconds, and there are many to take. */
const MOST_PAIRS = 5

export const largeFile: Case = {
  name: 'large/file',
  title: 'A file of 4 GB',
  method: [
    'A file that lies in the page cache is signed by RS256, with a key in a file or in a service of the measuring process, and hashed by',
    'openssl. Time is that from start to end, without what bare Node takes, or openssl for an empty file, in the same round.',
    'Memory is the most that the process had in any round, of everything, Node included.',
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

  const pairs = Math.min(run.pairs, MOST_PAIRS)
  const peaks = new Map<string, number>()
  const samplers = [
    ...[{ name: BARE, sign: runBare }, ...signers].map((each) => samplerOf(each, peaks)),
    ...(openssl ? [hasher(OPENSSL, file), hasher(EMPTY, empty)] : []),
  ]
  const measured = await compareAny(samplers, {
    pairs,
    onRound: (round) => run.progress(`${round + 1} of ${pairs}`),
  })
  return fileResults(signers, { bytes, pairs, openssl, measured, peaks })
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

interface Measurable {
  readonly name: string
  sign(): Promise<{ readonly time: number; readonly peak: number }>
}

function samplerOf({ name, sign }: Measurable, peaks: Map<string, number>): Sampler {
  const sample = async () => {
    const { time, peak } = await sign()
    peaks.set(name, Math.max(peak, peaks.get(name) ?? 0))
    return time
  }
  return { name, sample }
}
