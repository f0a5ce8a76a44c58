import assert from 'node:assert/strict'
import { type Algorithm, algorithms, type KeyChange, type Signature } from '@signport/core'
import { answeredSpki } from '../answered-key.js'
import type { ContractCase, ContractSubject } from '../contract-case.js'
import type { MovableAlias } from '../contract-options.js'
import { formOf, messageOf, verifies } from '../key-under-test.js'
import { spkiOf } from '../oracle.js'
import { rejection } from '../rejection.js'
import { withProvider, withSigner } from '../with-provider.js'

/** An alias that is made to stand for another key. */
export function aliasCases(subject: ContractSubject): ContractCase[] {
  const withAlias = (use: (alias: MovableAlias, algorithm: Algorithm) => Promise<void>) => async () => {
    const alias = subject.capabilities?.alias
    assert.ok(alias, 'give the suite an alias that can be moved, or exclude this case with a reason')
    const algorithm = algorithms.find(({ name }) => name === alias.algorithm)
    assert.ok(algorithm, `there is no algorithm ${alias.algorithm}`)
    await use(alias, algorithm)
  }
  return [
    {
      name: 'alias: the provider gives the public key that it stands for now',
      run: withAlias((alias, algorithm) => givesTheNewKey(subject, alias, algorithm)),
    },
    {
      name: 'alias: the next signature is by the new key, and the signer is told',
      run: withAlias((alias, algorithm) => signsByTheNewKey(subject, alias, algorithm)),
    },
    {
      name: 'alias: with a pin it is KeyMismatch',
      run: withAlias((alias, algorithm) => keepsToThePin(subject, alias, algorithm)),
    },
  ]
}

async function moved<T>(alias: MovableAlias, use: () => Promise<T>): Promise<T> {
  const undo = await alias.move()
  try {
    return await use()
  } finally {
    await undo()
  }
}

async function givesTheNewKey({ create }: ContractSubject, alias: MovableAlias, algorithm: Algorithm) {
  await withProvider(create, async (provider) => {
    const spki = async () => answeredSpki(await provider.getPublicKey({ keyId: alias.keyId, algorithm }, {}))
    assert.deepEqual(await spki(), spkiOf(alias.before))
    await moved(alias, async () => assert.deepEqual(await spki(), spkiOf(alias.after), 'the key of before'))
  })
}

async function signsByTheNewKey(subject: ContractSubject, alias: MovableAlias, algorithm: Algorithm) {
  const changes: KeyChange[] = []
  const onKeyChange = (change: KeyChange) => changes.push(change)
  const use = async (signer: Parameters<Parameters<typeof withSigner>[2]>[0]) => {
    const message = messageOf(20)
    await assertBy(alias.before, algorithm, message, await signer.sign(message))
    await moved(alias, async () => {
      await assertBy(alias.after, algorithm, message, await signer.sign(message))
      assert.deepEqual((await signer.publicKey()).toSpki(), spkiOf(alias.after))
    })
  }
  await withSigner(subject, { algorithm, keyId: alias.keyId }, use, { onKeyChange })
  assert.equal(changes.length, 1, 'the signer tells of the change once')
}

async function assertBy(
  publicKey: string | Uint8Array,
  algorithm: Algorithm,
  message: Uint8Array,
  { bytes }: Signature,
): Promise<void> {
  const key = { algorithm, publicKey }
  assert.ok(await verifies(key, message, formOf(key, { bytes })), 'the signature is by another key')
}

async function keepsToThePin(subject: ContractSubject, alias: MovableAlias, algorithm: Algorithm) {
  const pin = { publicKey: spkiOf(alias.before) }
  const use = async (signer: Parameters<Parameters<typeof withSigner>[2]>[0]) => {
    await signer.sign(messageOf(20))
    const error = await moved(alias, () => rejection(() => signer.sign(messageOf(20))))
    assert.equal((error as { code?: string }).code, 'KeyMismatch')
  }
  await withSigner(subject, { algorithm, keyId: alias.keyId }, use, pin)
}
