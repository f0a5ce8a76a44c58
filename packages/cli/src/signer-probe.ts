import type { SignerEntry } from '@signport/config'
import { type Signer, SigningError } from '@signport/core'
import type { Probed, ProbeSettings } from './finding.js'

/** It says what it is, should a signature of it turn up somewhere. */
const MESSAGE = new TextEncoder().encode(
  'signport probe: signed only to find out whether this key can sign.\n',
)

/** Finds out whether a signer can sign now. */
export async function probeSigner(
  entry: SignerEntry,
  signer: Signer,
  { sign, signal }: ProbeSettings,
): Promise<Probed> {
  const { publicKey, permission } = await signer.probe({ signal })
  const { thumbprint } = publicKey
  const { algorithm, kid = thumbprint } = signer
  const finding = { entry, algorithm, permission, kid, thumbprint }
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
