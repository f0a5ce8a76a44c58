import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { createSigner, createVerifier } from '@signport/core'
import { createLocalProvider } from '@signport/local'
import type { Case } from '../../harness/case.js'
import type { LocalAlgorithm, LocalKeyPair } from './local-algorithm.js'
import { compareLocally, type Sides } from './local-comparison.js'

const message = randomBytes(1024)

export const localSign: Case = {
  name: 'local/sign',
  title: 'Signing with a local key',
  method:
    'Signatures a second over a message of 1 kB in memory by `@signport/local` through a signer as it is by default, against ' +
    'the same key and the function of node:crypto that takes a callback, at the same concurrency and with the same layout of ' +
    'the signature (ECDSA: DER). RSA keys have 2,048 bits. What node:crypto does not have has no other side.',
  run: (run) => compareLocally(run, '@signport/local', signingSides),
}

/** The check before release is `never` by default for keys in this process, and nothing is pinned here. */
async function signingSides({ name }: LocalAlgorithm, { key, native, way }: LocalKeyPair): Promise<Sides> {
  const provider = createLocalProvider({ keys: { measured: key } })
  const signer = createSigner({ provider, keyId: 'measured', algorithm: name })
  const { bytes } = await signer.sign(message)
  const trusted = native ?? createVerifier({ publicKey: await signer.publicKey(), algorithm: name })
  for (const signature of native ? [bytes, await native.sign(message)] : [bytes])
    assert(await trusted.verify(message, signature), `A signature by ${name} is not valid`)
  return {
    signport: () => signer.sign(message),
    native: native && (() => native.sign(message)),
    note: `check off, as it is by default; ${way}`,
    close: () => signer.close(),
  }
}
