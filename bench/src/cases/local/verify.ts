import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { createSigner, createVerifier } from '@signport/core'
import { createLocalProvider } from '@signport/local'
import type { Case } from '../../harness/case.js'
import type { LocalAlgorithm, LocalKeyPair } from './local-algorithm.js'
import { compareLocally, type Sides } from './local-comparison.js'

const message = randomBytes(1024)
const forged = randomBytes(1024)

export const localVerify: Case = {
  name: 'local/verify',
  title: 'Offline verification',
  method:
    'Verifications a second of a signature over a message of 1 kB in memory by `createVerifier` of `@signport/core`, against ' +
    'the same key and the function of node:crypto that takes a callback, at the same concurrency and with the same signature ' +
    '(ECDSA: DER). RSA keys have 2,048 bits. What node:crypto does not have has no other side.',
  run: (run) => compareLocally(run, 'createVerifier', verifyingSides),
}

async function verifyingSides({ name }: LocalAlgorithm, { key, native, way }: LocalKeyPair): Promise<Sides> {
  const provider = createLocalProvider({ keys: { measured: key } })
  const signer = createSigner({ provider, keyId: 'measured', algorithm: name })
  const { bytes } = await signer.sign(message)
  const verifier = createVerifier({ publicKey: await signer.publicKey(), algorithm: name })
  await signer.close()
  for (const { verify } of native ? [verifier, native] : [verifier]) {
    assert.equal(await verify(message, bytes), true, `${name} is not found valid`)
    assert.equal(await verify(forged, bytes), false, `${name} is found valid for another message`)
  }
  return {
    signport: () => verifier.verify(message, bytes),
    native: native && (() => native.verify(message, bytes)),
    note: `over the message, ${way}`,
  }
}
