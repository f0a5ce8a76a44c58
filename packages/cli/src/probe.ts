import { performance } from 'node:perf_hooks'
import {
  type Configuration,
  openSigners,
  readPublicKey,
  type SignerEntry,
  type Signers,
} from '@signport/config'
import { type ProviderHost, type Signer, SigningError } from '@signport/core'
import { Failure } from './failure.js'
import { fewAtOnce } from './few-at-once.js'

/** How signers are probed. */
export interface ProbeSettings {
  readonly host: ProviderHost
  readonly signal: AbortSignal
  /** Whether a message is signed where nothing else tells if that is permitted. */
  readonly sign: boolean
}

/** What was found out about a signer of the configuration. */
export interface Finding {
  readonly entry: SignerEntry
  /** Why it cannot be used. Without it, it can. */
  readonly error?: SigningError
  readonly algorithm?: string
  /** How it is known that it may sign; absent for one that only verifies. */
  readonly permission?: 'confirmed' | 'signed' | 'unknown'
  /** What a call takes when all is ready for it, in milliseconds. Absent where none was made. */
  readonly latencyMs?: number
  /** By which the key can be pinned. */
  readonly thumbprint?: string
}

/** A signer that has been looked at. */
interface Probed {
  readonly finding: Finding
  /** The call that was made, once more. */
  readonly again?: () => Promise<unknown>
}

/** How many signers are probed at a time: enough not to wait for each, too few to be throttled. */
const AT_ONCE = 4

/** It says what it is, should a signature of it turn up somewhere. */
const MESSAGE = new TextEncoder().encode(
  'signport probe: signed only to find out whether this key can sign.\n',
)

/** Probes each signer by itself, so that what is wrong with one says nothing about others. */
export async function probeAll(
  configuration: Configuration,
  entries: readonly SignerEntry[],
  settings: ProbeSettings,
): Promise<Finding[]> {
  const opened: Signers[] = []
  try {
    const all = await fewAtOnce(entries, AT_ONCE, (entry) =>
      orFailure(entry, settings, async () => {
        const { host, signal } = settings
        const signers = await openSigners(configuration, { only: [entry.name], host, signal })
        opened.push(signers)
        return entry.verifiesOnly
          ? await probeVerifier(entry, signers, settings)
          : await probeSigner(entry, signers.get(entry.name), settings)
      }),
    )
    const findings: Finding[] = []
    // One after the other: none waits for what another one loads or computes.
    for (const probed of all) findings.push(await measured(probed, settings))
    return findings
  } finally {
    await Promise.allSettled(opened.map((signers) => signers.close()))
  }
}

async function orFailure(
  entry: SignerEntry,
  { signal }: ProbeSettings,
  work: () => Promise<Probed>,
): Promise<Probed> {
  try {
    return await work()
  } catch (error) {
    const known = error instanceof Failure ? notAnswered(entry, error) : error
    if (signal.aborted || !SigningError.is(known)) throw error
    return { finding: { entry, error: known } }
  }
}

/** What the person at the terminal was asked for and did not give is as little there as a credential of a service. */
function notAnswered({ provider, key: keyId }: SignerEntry, cause: Failure): SigningError {
  return new SigningError('Unauthenticated', cause.message, { provider, keyId, cause })
}

async function probeVerifier(
  entry: SignerEntry,
  signers: Signers,
  { host, signal }: ProbeSettings,
): Promise<Probed> {
  const { algorithm } = signers.verifier(entry.name)
  const { thumbprint } = await readPublicKey(entry, { host, signal })
  return { finding: { entry, algorithm, thumbprint } }
}

async function probeSigner(
  entry: SignerEntry,
  signer: Signer,
  { sign, signal }: ProbeSettings,
): Promise<Probed> {
  const { publicKey, permission } = await signer.probe({ signal })
  const finding = { entry, algorithm: signer.algorithm, permission, thumbprint: publicKey.thumbprint }
  if (permission === 'confirmed') return { finding, again: () => signer.probe({ signal }) }
  if (!sign) return { finding }
  await signAndVerify(signer, signal)
  const again = () => signer.sign(MESSAGE, { signal })
  return { finding: { ...finding, permission: 'signed' }, again }
}

async function signAndVerify(signer: Signer, signal: AbortSignal): Promise<void> {
  const signature = await signer.sign(MESSAGE, { signal })
  if (await signer.verify(MESSAGE, signature, { signal })) return
  const { provider, keyId } = signer
  const message = `${provider} gave a signature that is not valid for its key.`
  throw new SigningError('SignatureCheckFailed', message, { provider, keyId })
}

/** Twice: while others were probed, the connection may have been closed. */
async function measured({ finding, again }: Probed, settings: ProbeSettings): Promise<Finding> {
  if (!again) return finding
  const { finding: result } = await orFailure(finding.entry, settings, async () => {
    await again()
    const start = performance.now()
    await again()
    return { finding: { ...finding, latencyMs: performance.now() - start } }
  })
  return result
}
