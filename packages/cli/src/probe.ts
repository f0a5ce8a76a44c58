import { performance } from 'node:perf_hooks'
import { openSigners, readPublicKey, type SignerEntry, type Signers } from '@signport/config'
import { isRotatingSigner, type Signer } from '@signport/core'
import type { ChosenKey } from './configured.js'
import { fewAtOnce } from './few-at-once.js'
import { type Finding, orFailure, type Probed, type ProbeSettings } from './finding.js'
import { probeRotation } from './rotation-probe.js'
import { probeSigner } from './signer-probe.js'

/** How many signers are probed at a time: enough not to wait for each, too few to be throttled. */
const AT_ONCE = 4

/** Probes each signer by itself, so that what is wrong with one says nothing about others. */
export async function probeAll(chosen: readonly ChosenKey[], settings: ProbeSettings): Promise<Finding[]> {
  const opened: Signers[] = []
  try {
    const all = await fewAtOnce(chosen, AT_ONCE, ({ entry, isRetired }) =>
      orFailure(entry, settings, async () => {
        const { host, signal } = settings
        const signers = await openSigners({ entries: [entry] }, { host, signal })
        opened.push(signers)
        if (entry.verifiesOnly || isRetired) return probeVerifier(entry, signers, settings)
        return probeEntry(entry, signers.get(entry.name), settings)
      }),
    )
    const findings: Finding[] = []
    // One after the other: none waits for what another one loads or computes.
    for (const probed of all.flat()) findings.push(await measured(probed, settings))
    return findings
  } finally {
    await Promise.allSettled(opened.map((signers) => signers.close()))
  }
}

async function probeEntry(
  entry: SignerEntry,
  signer: Signer,
  settings: ProbeSettings,
): Promise<Probed | Probed[]> {
  return isRotatingSigner(signer)
    ? probeRotation(entry, signer, settings)
    : probeSigner(entry, signer, settings)
}

/** A retired key need not be able to sign any more. */
async function probeVerifier(
  entry: SignerEntry,
  signers: Signers,
  { host, signal }: ProbeSettings,
): Promise<Probed> {
  const { algorithm } = signers.verifier(entry.name)
  const { thumbprint } = await readPublicKey(entry, { host, signal })
  return { finding: { entry: { ...entry, verifiesOnly: true }, algorithm, thumbprint } }
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
  return { ...result, ...(finding.rotation && { rotation: finding.rotation }) }
}
