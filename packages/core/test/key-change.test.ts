import { describe, expect, test } from '@jest/globals'
import { createSigner, type KeyChange, PublicKey, type SignerOptions } from '../src/index.js'
import { failure } from './support/failure.js'
import { keyPair, otherKeyPair } from './support/keys.js'
import { NodeProvider } from './support/node-provider.js'
import { strangerVerify } from './support/oracle.js'
import { reusing } from './support/streams.js'
import { until } from './support/until.js'

const message = Buffer.from('a message')
const thumbprintOf = (pair: ReturnType<typeof keyPair>) => PublicKey.from(pair.publicKey).thumbprint

/** A service whose alias is moved from the first key to the second, and what its signer says about it. */
function movable(options: Partial<SignerOptions> = {}, algorithm: 'ES256' | 'SM2' = 'ES256') {
  const provider = new NodeProvider(keyPair(algorithm))
  provider.keyName = 'arn:one'
  const changes: KeyChange[] = []
  const onKeyChange = (change: KeyChange) => changes.push(change)
  const signer = createSigner({ provider, keyId: 'alias/x', algorithm, onKeyChange, ...options })
  const move = () => provider.moveTo(otherKeyPair(algorithm), 'arn:two')
  return { provider, signer, changes, move }
}

/** A service that signs with the key that a name stands for when the request comes in, or when it may answer. */
class LateProvider extends NodeProvider {
  readonly #waiting: (() => void)[] = []

  override async sign(...call: Parameters<NodeProvider['sign']>) {
    await new Promise<void>((resolve) => this.#waiting.push(resolve))
    return super.sign(...call)
  }

  get waiting(): number {
    return this.#waiting.length
  }

  answer(): void {
    for (const resolve of this.#waiting.splice(0)) resolve()
  }
}

const later = () => new Promise((resolve) => setTimeout(resolve))

describe('an alias that is repointed', () => {
  test.each(['always', 'first'] as const)(
    '%s: the next signature is by the new key, and it is told',
    async (check) => {
      const { signer, changes, move } = movable({ check })
      expect((await signer.sign(message)).keyId).toBe('arn:one')
      move()
      const { bytes, keyId } = await signer.sign(message)
      expect(keyId).toBe('arn:two')
      expect(strangerVerify('ES256', otherKeyPair('ES256').publicKey, message, bytes)).toBe(true)
      await signer.sign(message)
      await later()
      expect(changes).toEqual([
        {
          provider: 'node',
          keyId: 'alias/x',
          from: { keyId: 'arn:one', thumbprint: thumbprintOf(keyPair('ES256')) },
          to: { keyId: 'arn:two', thumbprint: thumbprintOf(otherKeyPair('ES256')) },
        },
      ])
    },
  )

  test('a signature that was made before and comes after the others have noticed is released', async () => {
    const provider = new NodeProvider(keyPair('ES256'))
    const signer = createSigner({
      provider,
      keyId: 'alias/x',
      algorithm: 'ES256',
      onKeyChange: () => undefined,
    })
    await signer.publicKey()
    const honest = provider.sign.bind(provider)
    let release = () => {}
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    // Signed at once, but answered late.
    provider.sign = async (...call) => {
      const answer = await honest(...call)
      await held
      return answer
    }
    const first = signer.sign(message)
    await later()
    provider.sign = honest
    provider.moveTo(otherKeyPair('ES256'))
    const second = await signer.sign(message)
    expect(strangerVerify('ES256', otherKeyPair('ES256').publicKey, message, second.bytes)).toBe(true)
    release()
    expect(strangerVerify('ES256', keyPair('ES256').publicKey, message, (await first).bytes)).toBe(true)
  })

  test.each([
    ['the key', { publicKey: keyPair('ES256').publicKey }],
    ['its thumbprint', { thumbprint: thumbprintOf(keyPair('ES256')) }],
  ])('with %s pinned it is KeyMismatch, and no change', async (_, pin) => {
    const { signer, changes, move } = movable(pin)
    await signer.sign(message)
    move()
    await failure(() => signer.sign(message), 'KeyMismatch')
    await later()
    expect(changes).toEqual([])
  })

  test('without a listener the process emits a warning with what is known, and nothing that moves a cursor', async () => {
    const warned = new Promise<Error>((resolve) => process.once('warning', resolve))
    const provider = new NodeProvider(keyPair('ES256'))
    const signer = createSigner({ provider, keyId: 'alias/x\u001b[2J', algorithm: 'ES256' })
    await signer.sign(message)
    provider.moveTo(otherKeyPair('ES256'), 'arn:two\u001b[2J')
    await signer.sign(message)
    const { name, message: text } = await warned
    expect(name).toBe('SignportKeyChange')
    const [before, after] = [thumbprintOf(keyPair('ES256')), thumbprintOf(otherKeyPair('ES256'))]
    expect(text).toBe(
      `The key alias/x\\u{1b}[2J of node is another one now: with the thumbprint ${before} before, arn:two\\u{1b}[2J with the thumbprint ${after} from now on.`,
    )
  })
})

describe('where nothing is checked, the name in the answer tells', () => {
  test('and the known key is forgotten with the old name', async () => {
    const { provider, signer, changes, move } = movable({ check: 'never' })
    await signer.publicKey()
    await signer.sign(message)
    move()
    expect((await signer.sign(message)).keyId).toBe('arn:two')
    await later()
    expect(changes).toEqual([
      { provider: 'node', keyId: 'alias/x', from: { keyId: 'arn:one' }, to: { keyId: 'arn:two' } },
    ])
    expect((await signer.publicKey()).thumbprint).toBe(thumbprintOf(otherKeyPair('ES256')))
    expect(provider.fetched).toBe(2)
  })

  test('a pinned key is KeyMismatch then', async () => {
    const { signer, changes, move } = movable({ check: 'never', publicKey: keyPair('ES256').publicKey })
    await signer.sign(message)
    move()
    const error = await failure(() => signer.sign(message), 'KeyMismatch')
    expect(error.message).toBe('The key alias/x is not the pinned one any more: arn:two signed.')
    expect(changes).toEqual([])
  })

  test('a digest that was made with the key before is made again where the message is in memory', async () => {
    const { signer, provider, move } = movable({ check: 'never' }, 'SM2')
    await signer.sign(message)
    move()
    const { bytes, keyId } = await signer.sign(message)
    expect(keyId).toBe('arn:two')
    expect(provider.signed).toHaveLength(3)
    expect(strangerVerify('SM2', otherKeyPair('SM2').publicKey, message, bytes)).toBe(true)
  })

  test('one of a stream is not released', async () => {
    const { signer, move } = movable({ check: 'never' }, 'SM2')
    await signer.sign(reusing(message, 2))
    move()
    const error = await failure(() => signer.sign(reusing(message, 2)), 'KeyMismatch')
    expect(error).toMatchObject({ retryable: true, keyId: 'alias/x', provider: 'node' })
    const { bytes } = await signer.sign(reusing(message, 2))
    expect(strangerVerify('SM2', otherKeyPair('SM2').publicKey, message, bytes)).toBe(true)
  })

  test.each(['SM2', 'ML-DSA-44'] as const)(
    '%s: nor is one of several that were under way when the alias was moved',
    async (algorithm) => {
      const provider = new LateProvider(keyPair(algorithm))
      provider.keyName = 'arn:one'
      const signer = createSigner({
        provider,
        keyId: 'alias/x',
        algorithm,
        check: 'never',
        onKeyChange: () => undefined,
      })
      await signer.publicKey()
      const calls = Array.from({ length: 5 }, () => signer.sign(message))
      await later()
      provider.moveTo(otherKeyPair(algorithm), 'arn:two')
      provider.answer()
      // Each of them is planned again, with the key that there is now.
      await until(() => provider.waiting === 5)
      provider.answer()
      const { publicKey } = otherKeyPair(algorithm)
      for (const { bytes } of await Promise.all(calls))
        expect(strangerVerify(algorithm, publicKey, message, bytes)).toBe(true)
    },
  )

  test.each([
    ['an id and an ARN that ends with it', '1234', 'arn:aws:kms:eu-west-1:1:key/1234'],
    ['an ARN and its id', 'arn:aws:kms:eu-west-1:1:key/1234', '1234'],
    ['the same name', 'arn:one', 'arn:one'],
  ])('%s are one key', async (_, first, second) => {
    const { provider, signer, changes } = movable({ check: 'never' })
    provider.keyName = first
    await signer.sign(message)
    provider.keyName = second
    await signer.sign(message)
    await later()
    expect(changes).toEqual([])
  })

  test('a service that does not name the key has not moved it', async () => {
    const { provider, signer, changes } = movable({ check: 'never' })
    await signer.publicKey()
    provider.keyName = undefined
    await signer.sign(message)
    await later()
    expect(changes).toEqual([])
  })
})
