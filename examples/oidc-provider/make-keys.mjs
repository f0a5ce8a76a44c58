import { openSigner, readConfiguration } from '@signport/config'

const keysOf = (entry) =>
  entry.rotation ? [entry.rotation.active, entry.rotation.next, ...entry.rotation.retired] : [entry]

/** Makes the local keys that are missing: verifiers need those of a rotation before they sign. */
const { entries } = await readConfiguration('signport.yaml')
for (const entry of entries.flatMap(keysOf)) {
  if (entry?.provider !== 'local') continue
  const { name, key, algorithm } = entry
  const signer = await openSigner({ provider: 'local', key, algorithm, generate: true })
  // A key is made by its first signature.
  await signer.sign(Buffer.from('the first one'))
  console.log(`${name}: ${(await signer.publicKey()).thumbprint}`)
  await signer.close()
}
