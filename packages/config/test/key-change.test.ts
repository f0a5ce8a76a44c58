import { generateKeyPairSync } from 'node:crypto'
import { expect, test } from '@jest/globals'
import { type KeyChange, type ProviderDescriptor, PublicKey } from '@signport/core'
import { createLocalProvider } from '@signport/local'
import { loadSigners, openSigner } from '../src/index.js'
import { recordingProvider } from './support/recording-provider.js'

const MESSAGE = Buffer.from('message')

function keyPair() {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
  const { thumbprint } = PublicKey.from(publicKey.export({ type: 'spki', format: 'pem' }) as string)
  return { pem, thumbprint }
}
const [before, after] = [keyPair(), keyPair()]

/** A service in which aliases come to stand for other keys. */
function movingAliases() {
  const keys: Record<string, string> = { 'alias/a': before.pem, 'alias/b': before.pem }
  const provider: ProviderDescriptor = {
    ...recordingProvider(),
    create() {
      const now = () => createLocalProvider({ keys: { ...keys } })
      return {
        name: 'vault',
        support: now().support,
        sign: (request, context) => now().sign(request, context),
        getPublicKey: (request, context) => now().getPublicKey(request, context),
      }
    },
  }
  return { provider, move: (alias: string) => void Object.assign(keys, { [alias]: after.pem }) }
}

const changeOf = (keyId: string) => ({
  provider: 'vault',
  keyId,
  from: { thumbprint: before.thumbprint },
  to: { thumbprint: after.thumbprint },
})

test('a key that has become another one is told with the name of its signer', async () => {
  const { provider, move } = movingAliases()
  const told: [KeyChange, string][] = []
  const entry = (key: string) => ({ provider: 'vault', key, algorithm: 'ES256' })
  const signers = await loadSigners(
    { signers: { one: entry('alias/a'), two: entry('alias/b'), three: entry('alias/b') } },
    { providers: [provider], onKeyChange: (...change) => void told.push(change) },
  )
  for (const name of signers.names) await signers.get(name).sign(MESSAGE)
  expect(told).toEqual([])
  move('alias/b')
  for (const name of signers.names) await signers.get(name).sign(MESSAGE)
  expect(told).toEqual([
    [changeOf('alias/b'), 'two'],
    [changeOf('alias/b'), 'three'],
  ])
  await signers.close()
})

test('a signer that stands alone is called default', async () => {
  const { provider, move } = movingAliases()
  const told: [KeyChange, string][] = []
  const options = {
    providers: [provider],
    onKeyChange: (...change: [KeyChange, string]) => void told.push(change),
  }
  const signer = await openSigner({ provider: 'vault', key: 'alias/a', algorithm: 'ES256' }, options)
  await signer.sign(MESSAGE)
  move('alias/a')
  await signer.sign(MESSAGE)
  expect(told).toEqual([[changeOf('alias/a'), 'default']])
  await signer.close()
})
