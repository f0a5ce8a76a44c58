import { generateKeyPair as generateKeyPairCallback, randomBytes } from 'node:crypto'
import { link, open, readdir, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { type Algorithm, type KeyKind, SigningError } from '@signport/core'
import { encodePem, ML_DSA_SEED_BYTES, type MlDsaKind, printable } from '@signport/core/kit'
import { exportPkcs8, pkcs8OfSeed } from './pkcs8.js'

const generateKeyPair = promisify(generateKeyPairCallback)

/** The size that NIST SP 800-57 part 1 (table 2) holds good beyond 2030. In bits. */
const RSA_BITS = 3072

/** A new key as PKCS#8, for each kind. */
const GENERATE: Record<KeyKind, () => Promise<Uint8Array>> = {
  RSA: async () => exportPkcs8((await generateKeyPair('rsa', { modulusLength: RSA_BITS })).privateKey),
  'P-256': () => onCurve('P-256'),
  'P-384': () => onCurve('P-384'),
  'P-521': () => onCurve('P-521'),
  secp256k1: () => onCurve('secp256k1'),
  SM2: () => onCurve('SM2'),
  Ed25519: async () => exportPkcs8((await generateKeyPair('ed25519')).privateKey),
  'ML-DSA-44': () => fromSeed('ML-DSA-44'),
  'ML-DSA-65': () => fromSeed('ML-DSA-65'),
  'ML-DSA-87': () => fromSeed('ML-DSA-87'),
}

async function onCurve(namedCurve: string): Promise<Uint8Array> {
  return exportPkcs8((await generateKeyPair('ec', { namedCurve })).privateKey)
}

/** The seed is the key: everything else is computed from it (FIPS 204 algorithm 6). */
async function fromSeed(kind: MlDsaKind): Promise<Uint8Array> {
  return pkcs8OfSeed(kind, randomBytes(ML_DSA_SEED_BYTES))
}

const SUFFIX = '.signport-new'

/** A draft older than this belongs to a process that was killed. In milliseconds. */
const ABANDONED_MS = 60_000

/**
 * Makes a key for an algorithm at a path where there is none. The key is written to a draft beside it that only its
 * owner can read, flushed to the disk, and given its name by a hard link, which fails when somebody else was faster:
 * processes that do this at once end with one key, and one that is killed leaves no half of a key under the name.
 *
 * @param path as it is opened
 * @param name as the caller knows it, for messages
 * @returns whether the key is this process's; false when another one put its key there first
 * @throws SigningError `Configuration` when the folder does not take the file
 */
export async function generateKeyFile(path: string, name: string, algorithm: Algorithm): Promise<boolean> {
  const pem = encodePem('PRIVATE KEY', await GENERATE[algorithm.key]())
  const draft = join(dirname(path), `.${basename(path)}.${randomBytes(8).toString('hex')}${SUFFIX}`)
  try {
    await removeAbandoned(path)
    await writeFlushed(draft, pem)
    return await nameDraft(draft, path)
  } catch (cause) {
    throw failure(cause as NodeJS.ErrnoException, name)
  } finally {
    // What went wrong before is what the caller must hear of; a draft that stays is cleared away by the next one.
    await rm(draft, { force: true }).catch(() => undefined)
  }
}

async function writeFlushed(path: string, content: string | Buffer): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(content)
    await file.sync()
  } finally {
    await file.close()
  }
}

async function nameDraft(draft: string, path: string): Promise<boolean> {
  try {
    await link(draft, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
  await flushFolder(dirname(path))
  return true
}

/** The name is on the disk only when the folder is; systems that cannot flush a folder do so by themselves. */
async function flushFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

async function removeAbandoned(path: string): Promise<void> {
  const folder = dirname(path)
  const prefix = `.${basename(path)}.`
  const drafts = (await readdir(folder)).filter((file) => file.startsWith(prefix) && file.endsWith(SUFFIX))
  for (const draft of drafts) {
    // A draft may go away meanwhile: its process has finished with it.
    const stats = await stat(join(folder, draft)).catch(() => undefined)
    if (stats && Date.now() - stats.mtimeMs > ABANDONED_MS) await rm(join(folder, draft), { force: true })
  }
}

const REASONS: Record<string, string> = {
  ENOENT: 'its folder does not exist; create it first',
  ENOTDIR: 'its folder is not a folder',
  EACCES: 'this process may not write to its folder',
  EROFS: 'its file system is read-only',
  EPERM: 'its file system may have no hard links; generate the key elsewhere and copy it there',
  ENOTSUP: 'its file system has no hard links; generate the key elsewhere and copy it there',
  ENOSPC: 'the disk is full',
}

function failure(cause: NodeJS.ErrnoException, name: string): SigningError {
  const why = REASONS[cause.code ?? ''] ?? `the system says ${cause.code}`
  const message = `The key file ${printable(name)} could not be generated: ${why}.`
  return new SigningError('Configuration', message, { provider: 'local', keyId: name, cause })
}
