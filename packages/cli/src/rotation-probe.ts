import type { SignerEntry } from '@signport/config'
import type { KeyHolder, PublishedKey, RotatingSigner, RotationStep, Signer } from '@signport/core'
import { orFailure, type Probed, type ProbeSettings } from './finding.js'
import { withClashes } from './key-clash.js'
import { probeSigner } from './signer-probe.js'

/**
 * Probes the key of a rotation that signs now, and by itself each other one that verifiers need: the next one as a signer,
 * and of the retired ones the public key. What is in no key set any more may be gone from its service. Of two keys that
 * verifiers could not tell apart, the second is a failure.
 */
export async function probeRotation(
  entry: SignerEntry,
  rotation: RotatingSigner,
  settings: ProbeSettings,
): Promise<Probed[]> {
  const steps = rotation.steps()
  const [first, ...others] = rotation.publishedKeys()
  const signing = entryOf(entry.name, rotation)
  const { finding, ...rest } = await orFailure(signing, settings, () =>
    probeSigner(signing, rotation, settings),
  )
  const probed: Probed[] = [{ ...rest, finding: { ...finding, rotation: steps } }]
  for (const { role, place, signer } of others) {
    const other = entryOf(`${entry.name}.${place}`, signer, role === 'retired')
    probed.push(await orFailure(other, settings, () => probeOther(other, signer, role, settings)))
  }
  const names = [first, ...others].map((key) => `${entry.name}.${key?.place}`)
  const files = await readUnneeded(entry.name, steps, settings)
  const all = withClashes(
    [...probed, ...files],
    [...names, ...files.map(({ finding }) => finding.entry.name)],
  )
  return all.filter(({ finding: { error } }, index) => index < probed.length || error)
}

/**
 * The public keys in files that are to be removed: one of them may be that of a key which still signs. No service is asked,
 * and a file that is gone is as well as removed.
 */
async function readUnneeded(
  name: string,
  steps: readonly RotationStep[],
  settings: ProbeSettings,
): Promise<Probed[]> {
  const files = steps.filter(
    ({ step, isDue, signer }) => step === 'remove' && isDue && signer.provider === 'public-key',
  )
  const read: Probed[] = []
  for (const { place, signer } of files) {
    const entry = entryOf(`${name}.${place}`, signer, true)
    const { finding } = await orFailure(entry, settings, () => probeOther(entry, signer, 'retired', settings))
    const { algorithm, thumbprint } = finding
    // Without a kid: no key set has it any more.
    if (algorithm && thumbprint) read.push({ finding: { entry, algorithm, thumbprint } })
  }
  return read
}

const entryOf = (
  name: string,
  { provider, keyId, algorithm }: KeyHolder,
  verifiesOnly = false,
): SignerEntry => ({ name, provider, key: keyId, algorithm, verifiesOnly })

async function probeOther(
  entry: SignerEntry,
  holder: KeyHolder,
  role: PublishedKey['role'],
  settings: ProbeSettings,
): Promise<Probed> {
  if (role !== 'retired') return probeSigner(entry, holder as Signer, settings)
  const { thumbprint } = await holder.publicKey({ signal: settings.signal })
  const { algorithm, kid = thumbprint } = holder
  return { finding: { entry, algorithm, kid, thumbprint } }
}
