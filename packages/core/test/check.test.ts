import { constants, sign, verify } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import {
  type CheckPolicy,
  createSigner,
  type InputKind,
  type ProviderSignature,
  PublicKey,
  type SignerOptions,
} from '../src/index.js'
import { failure } from './support/failure.js'
import { keyPair, otherKeyPair, rsaKeyPairOf } from './support/keys.js'
import { bytesUsed } from './support/memory.js'
import { NodeProvider, type NodeProviderOptions, SecretiveProvider } from './support/node-provider.js'
import { digestNames, hashOf, kindOfDigest, names, strangerDigest, strangerVerify } from './support/oracle.js'
import { reusing } from './support/streams.js'

const message = Buffer.from('a message')

function signerOf(provider: NodeProvider, options: Partial<SignerOptions> = {}) {
  return createSigner({ provider, keyId: 'alias/x', algorithm: 'ES256', ...options })
}

/** One bit of the last byte, which leaves the layout as it was. */
function flipped({ bytes }: ProviderSignature): ProviderSignature {
  const changed = Uint8Array.from(bytes)
  changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1
  return { bytes: changed }
}

/** A service that lies, when told to. */
function liar(name: (typeof names)[number], options: NodeProviderOptions = {}) {
  const state = { lies: true }
  const answer = (answer: ProviderSignature) => (state.lies ? flipped(answer) : answer)
  return { state, provider: new NodeProvider(keyPair(name), { ...options, answer }) }
}

const WAYS: [string, InputKind[]][] = [
  ['a digest', ['digest']],
  ['raw', ['raw']],
  ['a stream', ['stream']],
]

const possibleFor = ([input]: InputKind[]) => (input === 'raw' ? names : digestNames)

describe.each(WAYS)('always, with %s sent', (_, inputs) => {
  test.each(possibleFor(inputs))('%s: a wrong signature is never released', async (algorithm) => {
    const { provider, state } = liar(algorithm, { inputs })
    const signer = signerOf(provider, { algorithm })
    for (const input of [() => message, () => reusing(message, 2)]) {
      const error = await failure(() => signer.sign(input()), 'SignatureCheckFailed')
      expect(error).toMatchObject({ provider: 'node', keyId: 'alias/x', retryable: false })
      expect(JSON.stringify({ ...error, message: error.message })).not.toContain('a message')
    }
    state.lies = false
    for (const input of [message, reusing(message, 2)]) {
      const { bytes } = await signer.sign(input)
      expect(strangerVerify(algorithm, keyPair(algorithm).publicKey, message, bytes)).toBe(true)
    }
  })
})

test.each(digestNames)('%s: a wrong signature of a digest is not released, either', async (algorithm) => {
  const { provider, state } = liar(algorithm)
  const signer = signerOf(provider, { algorithm })
  const digest = Buffer.alloc(strangerDigest(algorithm, keyPair(algorithm).publicKey, message).length, 3)
  await failure(() => signer.signDigest(digest, kindOfDigest(algorithm)), 'SignatureCheckFailed')
  state.lies = false
  const signature = await signer.signDigest(digest, kindOfDigest(algorithm))
  expect(signature.digest).toEqual(Uint8Array.from(digest))
  expect(await signer.verifyDigest(digest, signature)).toBe(true)
})

test.each([
  ['of another message', (_: ProviderSignature, other: ProviderSignature) => other, 'SignatureCheckFailed'],
  // No ECDSA signature has a zero: it does not come as far as the check.
  ['of zeros', () => ({ bytes: new Uint8Array(64) }), 'InvalidResponse'],
  ['of the largest numbers', () => ({ bytes: new Uint8Array(64).fill(0xff) }), 'SignatureCheckFailed'],
] as const)('a signature %s is not released', async (_, answer, code) => {
  const previous = { bytes: new Uint8Array(64).fill(1) }
  const provider = new NodeProvider(keyPair('ES256'), { answer: (given) => answer(given, previous) })
  await failure(() => signerOf(provider, { encoding: 'ieee-p1363' }).sign(message), code)
})

test.each(['always', 'first', 'never'] as const)(
  '%s: a part of a stream is not signed for the whole',
  async (check) => {
    class HastyProvider extends NodeProvider {
      override async sign(...[request, context]: Parameters<NodeProvider['sign']>) {
        if (request.input.kind !== 'stream') throw new Error('no stream')
        async function* first(chunks: AsyncIterable<Uint8Array>) {
          for await (const chunk of chunks) {
            yield chunk
            return
          }
        }
        return super.sign(
          { ...request, input: { kind: 'stream', chunks: first(request.input.chunks) } },
          context,
        )
      }
    }
    const signer = signerOf(new HastyProvider(keyPair('ES256'), { inputs: ['stream'] }), { check })
    await failure(() => signer.sign(reusing(message, 2)), 'InvalidResponse')
  },
)

describe.each(['PS256', 'PS384', 'PS512'] as const)(
  '%s by a server that uses the longest salt',
  (algorithm) => {
    const { privateKey: key, publicKey } = keyPair(algorithm)
    const options = { key, padding: constants.RSA_PKCS1_PSS_PADDING }
    const longest = { ...options, saltLength: constants.RSA_PSS_SALTLEN_MAX_SIGN }
    const provider = new NodeProvider(keyPair(algorithm), {
      answer: () => ({ bytes: sign(hashOf(algorithm), message, longest) }),
    })

    test('is not released, and the error knows the remedy', async () => {
      const bytes = hashOf(algorithm)?.replace('sha', '')
      for (const input of [message, reusing(message, 2)]) {
        const error = await failure(
          () => signerOf(provider, { algorithm }).sign(input),
          'SignatureCheckFailed',
        )
        expect(error.message).toBe(
          `The signature from node is not one of the key alias/x with ${algorithm} over this message; it was not released. ` +
            `Its salt is not ${Number(bytes) / 8} bytes long, as that of ${algorithm} is: saltLength 'any' accepts it.`,
        )
      }
    })

    test('is released with the remedy', async () => {
      const signer = signerOf(provider, { algorithm, saltLength: 'any' })
      for (const input of [message, reusing(message, 2)]) {
        const { bytes } = await signer.sign(input)
        expect(strangerVerify(algorithm, publicKey, message, bytes)).toBe(false)
        const auto = { key: publicKey, padding: options.padding, saltLength: constants.RSA_PSS_SALTLEN_AUTO }
        expect(verify(hashOf(algorithm), message, auto, bytes)).toBe(true)
      }
    })

    test('has the remedy for no other mistake', async () => {
      const signer = signerOf(liar(algorithm).provider, { algorithm })
      expect((await failure(() => signer.sign(message))).message).toMatch(/it was not released\.$/)
      const any = signerOf(liar(algorithm).provider, { algorithm, saltLength: 'any' })
      await failure(() => any.sign(message), 'SignatureCheckFailed')
    })
  },
)

describe('the policies', () => {
  const lengthsOf = { always: 3, first: 1, never: 0 }

  test.each(Object.entries(lengthsOf) as [CheckPolicy, number][])(
    '%s checks %i of three signatures',
    async (check, expected) => {
      // Who lies from then on is found out only by a check.
      const { provider, state } = liar('ES256')
      const signer = signerOf(provider, { check })
      let released = 0
      for (let count = 0; count < 3; count++) {
        state.lies = count >= expected
        await signer.sign(message).then(
          () => released++,
          () => undefined,
        )
      }
      expect(released).toBe(3)
      state.lies = true
      if (check === 'always') await failure(() => signer.sign(message), 'SignatureCheckFailed')
      else expect((await signer.sign(message)).algorithm).toBe('ES256')
      expect(provider.fetched).toBe(check === 'never' ? 0 : check === 'first' ? 1 : 2)
    },
  )

  test.each([
    ['another key id', { keyId: 'arn:b' }],
    ['another version', { keyId: 'arn:a', keyVersion: '2' }],
  ])('first means first for %s, too', async (_, second) => {
    let said: Partial<ProviderSignature> = { keyId: 'arn:a', keyVersion: '1' }
    let lies = false
    const answer = (answer: ProviderSignature) => ({ ...(lies ? flipped(answer) : answer), ...said })
    const signer = signerOf(new NodeProvider(keyPair('ES256'), { answer }), { check: 'first' })
    await signer.sign(message)
    lies = true
    expect((await signer.sign(message)).keyVersion).toBe('1')
    said = second
    await failure(() => signer.sign(message), 'SignatureCheckFailed')
    lies = false
    expect(await signer.sign(message)).toMatchObject(second)
  })

  test('first does not take a failed check for one', async () => {
    const { provider, state } = liar('ES256')
    const signer = signerOf(provider, { check: 'first' })
    await failure(() => signer.sign(message), 'SignatureCheckFailed')
    await failure(() => signer.sign(message), 'SignatureCheckFailed')
    state.lies = false
    await signer.sign(message)
  })

  test('first still looks at the length, which says that the key is another', async () => {
    const provider = new NodeProvider(keyPair('RS256'))
    const signer = signerOf(provider, { algorithm: 'RS256', check: 'first' })
    await signer.sign(message)
    provider.moveTo(rsaKeyPairOf(3072))
    const { bytes } = await signer.sign(message)
    expect(bytes).toHaveLength(384)
    expect((await signer.publicKey()).modulusBits).toBe(3072)
  })

  test('never still compares the layout and what the service says', async () => {
    for (const answer of [
      { bytes: new Uint8Array(3) },
      { bytes: new Uint8Array(64).fill(1), wireName: 'OTHER' },
    ]) {
      const provider = new NodeProvider(keyPair('ES256'), { answer: () => answer })
      await failure(() => signerOf(provider, { check: 'never' }).sign(message), 'InvalidResponse')
    }
  })

  test.each<[string, boolean, Partial<SignerOptions>, boolean]>([
    ['a service checks always', false, {}, true],
    ['a key in this process never', true, {}, false],
    ['a key in this process that is pinned, first', true, { publicKey: keyPair('ES256').publicKey }, true],
    ['the options decide', true, { check: 'always' }, true],
    ['in both directions', false, { check: 'never' }, false],
  ])('by default %s', async (_, inProcess, options, checked) => {
    const { provider } = liar('ES256', { inProcess })
    const work = signerOf(provider, options).sign(message)
    if (checked) await failure(() => work, 'SignatureCheckFailed')
    else expect((await work).algorithm).toBe('ES256')
  })
})

test('a thousand first signatures at once make one request for the public key, beside the first of them', async () => {
  const events: string[] = []
  class SlowProvider extends NodeProvider {
    override async sign(...call: Parameters<NodeProvider['sign']>) {
      events.push('sign')
      await new Promise(setImmediate)
      return super.sign(...call)
    }

    override async getPublicKey(...call: Parameters<NodeProvider['getPublicKey']>) {
      events.push('getPublicKey')
      const answer = await super.getPublicKey(...call)
      await new Promise(setImmediate)
      events.push('the public key')
      return answer
    }
  }
  const provider = new SlowProvider(keyPair('ES256'))
  const signer = signerOf(provider)
  const signatures = await Promise.all(Array.from({ length: 1000 }, () => signer.sign(message)))
  expect([provider.fetched, provider.signed.length, new Set(signatures).size]).toEqual([1, 1000, 1000])
  expect(events.indexOf('sign')).toBeLessThan(events.indexOf('the public key'))
  expect(events.filter((event) => event === 'getPublicKey')).toHaveLength(1)
})

describe('an alias that was moved', () => {
  test('is looked at again, and the signature of the new key released', async () => {
    const provider = new NodeProvider(keyPair('ES256'))
    const signer = signerOf(provider)
    await signer.sign(message)
    provider.moveTo(otherKeyPair('ES256'))
    const { bytes } = await signer.sign(message)
    expect(strangerVerify('ES256', otherKeyPair('ES256').publicKey, message, bytes)).toBe(true)
    expect(provider.fetched).toBe(2)
    expect((await signer.publicKey()).equals(PublicKey.from(otherKeyPair('ES256').publicKey))).toBe(true)
    await signer.sign(message)
    expect(provider.fetched).toBe(2)
  })

  const isKeyed = (name: (typeof names)[number]) => kindOfDigest(name).digestKind !== undefined
  const cases = WAYS.flatMap(([what, inputs]) =>
    possibleFor(inputs).map((name) => [name, what, inputs] as const),
  )

  // What a service hashes that takes nothing but streams was hashed here, too, but with the key that was known.
  const [lost, found] = [true, false].map((wanted) =>
    cases.filter(([name, , [input]]) => (input === 'stream' && isKeyed(name)) === wanted),
  ) as [typeof cases, typeof cases]

  test.each(found)('%s, with %s sent: the new signature is released', async (algorithm, _, inputs) => {
    const provider = new NodeProvider(keyPair(algorithm), { inputs })
    const signer = signerOf(provider, { algorithm })
    await signer.sign(message)
    provider.moveTo(otherKeyPair(algorithm))
    const { publicKey } = otherKeyPair(algorithm)
    const { bytes } = await signer.sign(message)
    expect(strangerVerify(algorithm, publicKey, message, bytes)).toBe(true)
    expect((await signer.publicKey()).equals(PublicKey.from(publicKey))).toBe(true)
    expect(provider.fetched).toBe(2)
    // A digest that is one with the key was made anew, and signed anew.
    const again = inputs[0] === 'digest' && isKeyed(algorithm) ? 1 : 0
    expect(provider.signed).toHaveLength(2 + again)
    await signer.sign(message)
    expect(provider.signed).toHaveLength(3 + again)
  })

  test.each(lost)('%s, with %s sent: the next signature is released', async (algorithm, _, inputs) => {
    const provider = new NodeProvider(keyPair(algorithm), { inputs })
    const signer = signerOf(provider, { algorithm })
    await signer.sign(message)
    provider.moveTo(otherKeyPair(algorithm))
    await failure(() => signer.sign(message), 'SignatureCheckFailed')
    const { bytes } = await signer.sign(message)
    expect(strangerVerify(algorithm, otherKeyPair(algorithm).publicKey, message, bytes)).toBe(true)
  })

  describe.each(['SM2', 'ML-DSA-44'] as const)('%s, whose digest is one with the key', (algorithm) => {
    const service = () => {
      const provider = new NodeProvider(keyPair(algorithm), { inputs: ['digest'] })
      return { provider, signer: signerOf(provider, { algorithm }) }
    }

    test('a stream is gone: it is not signed again, and the next one is signed rightly', async () => {
      const { provider, signer } = service()
      await signer.sign(reusing(message, 2))
      provider.moveTo(otherKeyPair(algorithm))
      await failure(() => signer.sign(reusing(message, 2)), 'SignatureCheckFailed')
      expect(provider.signed).toHaveLength(2)
      const { bytes } = await signer.sign(reusing(message, 2))
      expect(strangerVerify(algorithm, otherKeyPair(algorithm).publicKey, message, bytes)).toBe(true)
    })

    test('a digest of the caller is not made anew', async () => {
      const { provider, signer } = service()
      const digest = strangerDigest(algorithm, keyPair(algorithm).publicKey, message)
      await signer.signDigest(digest, kindOfDigest(algorithm))
      provider.moveTo(otherKeyPair(algorithm))
      const signature = await signer.signDigest(digest, kindOfDigest(algorithm))
      // It is a signature of the new key over what was asked for.
      expect(signature.digest).toEqual(Uint8Array.from(digest))
      expect(await signer.verifyDigest(digest, signature)).toBe(true)
      expect(provider.signed).toHaveLength(2)
    })

    test('bytes that are changed meanwhile are signed as they were', async () => {
      const { provider, signer } = service()
      await signer.sign(message)
      provider.moveTo(otherKeyPair(algorithm))
      const given = Buffer.from(message)
      const work = signer.sign(given)
      given.fill(0)
      const { bytes } = await work
      expect(strangerVerify(algorithm, otherKeyPair(algorithm).publicKey, message, bytes)).toBe(true)
    })

    test('a wrong signature of the same key is not asked for twice', async () => {
      const { provider } = liar(algorithm, { inputs: ['digest'] })
      await failure(() => signerOf(provider, { algorithm }).sign(message), 'SignatureCheckFailed')
      expect(provider.signed).toHaveLength(1)
    })

    test('a wrong signature of the new key is not asked for a third time', async () => {
      const { provider, state } = liar(algorithm, { inputs: ['digest'] })
      state.lies = false
      const signer = signerOf(provider, { algorithm })
      await signer.sign(message)
      state.lies = true
      provider.moveTo(otherKeyPair(algorithm))
      await failure(() => signer.sign(message), 'SignatureCheckFailed')
      expect(provider.signed).toHaveLength(3)
    })
  })

  test('to an RSA key of another size, too', async () => {
    const provider = new NodeProvider(rsaKeyPairOf(2048))
    for (const [algorithm, bits] of [
      ['PS256', 3072],
      ['RS256', 2048],
      ['RS256', 2049],
    ] as const) {
      const signer = signerOf(provider, { algorithm })
      await signer.sign(message)
      provider.moveTo(rsaKeyPairOf(bits))
      for (const input of [message, reusing(message, 2)]) {
        const { bytes } = await signer.sign(input)
        expect(strangerVerify(algorithm, rsaKeyPairOf(bits).publicKey, message, bytes)).toBe(true)
      }
    }
  })

  test('is looked at once for a thousand signatures at the same time', async () => {
    const provider = new NodeProvider(keyPair('ES256'))
    const signer = signerOf(provider)
    await signer.publicKey()
    provider.moveTo(otherKeyPair('ES256'))
    await Promise.all(Array.from({ length: 1000 }, () => signer.sign(message)))
    expect(provider.fetched).toBeLessThan(10)
  })

  test('is not looked at a third time: one fresh key, one more verification, then the failure', async () => {
    const { provider } = liar('ES256')
    await failure(() => signerOf(provider).sign(message), 'SignatureCheckFailed')
    expect(provider.fetched).toBe(2)
    expect(provider.signed).toHaveLength(1)
  })

  test('to a key that does not fit the algorithm is InvalidKeyUsage', async () => {
    const provider = new NodeProvider(keyPair('ES256'))
    const signer = signerOf(provider)
    await signer.sign(message)
    const { publicKey } = keyPair('ES256K')
    provider.moveTo({ publicKey, privateKey: otherKeyPair('ES256').privateKey })
    await failure(() => signer.sign(message), 'InvalidKeyUsage')
  })
})

describe('a pin', () => {
  const pinned = PublicKey.from(keyPair('ES256').publicKey)
  const pins: [string, Partial<SignerOptions>][] = [
    ['PEM', { publicKey: pinned.toPem() }],
    ['a JWK', { publicKey: pinned.toJwk() }],
    ['a thumbprint', { thumbprint: pinned.thumbprint }],
    ['a fingerprint', { thumbprint: pinned.fingerprint }],
  ]

  test.each(pins)('by %s lets the right key sign', async (_, pin) => {
    const provider = new NodeProvider(keyPair('ES256'))
    const { bytes } = await signerOf(provider, pin).sign(message)
    expect(strangerVerify('ES256', keyPair('ES256').publicKey, message, bytes)).toBe(true)
    expect(provider.signed[0]?.pinned).toBe(true)
    expect(provider.fetched).toBe('publicKey' in pin ? 0 : 1)
  })

  test.each(pins)('by %s makes the signature of another key KeyMismatch', async (_, pin) => {
    const provider = new NodeProvider(otherKeyPair('ES256'))
    const error = await failure(() => signerOf(provider, pin).sign(message), 'KeyMismatch')
    expect(error.message).toContain('is not the pinned one')
    for (const check of ['always', 'first'] as const)
      await failure(() => signerOf(provider, { ...pin, check }).sign(message), 'KeyMismatch')
  })

  test.each(pins)('by %s makes a wrong signature of the right key SignatureCheckFailed', async (_, pin) => {
    await failure(() => signerOf(liar('ES256').provider, pin).sign(message), 'SignatureCheckFailed')
  })

  test('by the key itself needs no permission to read it, neither for a right nor for a wrong signature', async () => {
    const pin = { publicKey: pinned.toPem() }
    const provider = new SecretiveProvider(keyPair('ES256'))
    await signerOf(provider, pin).sign(message)
    expect(provider.fetched).toBe(0)
    const lying = new SecretiveProvider(keyPair('ES256'), { answer: flipped })
    await failure(() => signerOf(lying, pin).sign(message), 'SignatureCheckFailed')
    const wrong = new SecretiveProvider(otherKeyPair('ES256'))
    await failure(() => signerOf(wrong, pin).sign(message), 'SignatureCheckFailed')
  })

  test('of an RSA key says how long a signature is, even when nothing is checked', async () => {
    const provider = new NodeProvider(rsaKeyPairOf(3072))
    const options = { algorithm: 'RS256', publicKey: keyPair('RS256').publicKey, check: 'never' } as const
    await failure(() => signerOf(provider, options).sign(message), 'InvalidResponse')
  })
})

describe('a public key that may not be read', () => {
  test('and no pin: the error names the three ways out', async () => {
    const provider = new SecretiveProvider(keyPair('ES256'))
    const error = await failure(() => signerOf(provider).sign(message), 'AccessDenied')
    expect(error.message).toBe(
      'The signature cannot be checked without the public key, which may not be read: ' +
        "permit reading the public key, pin it with publicKey, or set check to 'never'.",
    )
    expect(error.cause).toMatchObject({ code: 'AccessDenied' })
    expect(error.provider).toBe('node')
  })

  test.each<[string, Partial<SignerOptions>]>([
    ['pin it', { publicKey: keyPair('ES256').publicKey }],
    ['do not check', { check: 'never' }],
  ])('and each of them leads out: %s', async (_, options) => {
    const provider = new SecretiveProvider(keyPair('ES256'))
    const { bytes } = await signerOf(provider, options).sign(message)
    expect(strangerVerify('ES256', keyPair('ES256').publicKey, message, bytes)).toBe(true)
  })

  test('other failures to read it are given on as they are', async () => {
    class LostProvider extends NodeProvider {
      override getPublicKey(): never {
        throw new TypeError('a mistake of the provider')
      }
    }
    await expect(signerOf(new LostProvider(keyPair('ES256'))).sign(message)).rejects.toThrow('a mistake')
  })
})

test('the key is fetched while the service signs, not after', async () => {
  const order: string[] = []
  class SlowProvider extends NodeProvider {
    override async sign(...call: Parameters<NodeProvider['sign']>) {
      await new Promise((resolve) => setTimeout(resolve, 20))
      order.push('signed')
      return super.sign(...call)
    }
    override async getPublicKey(...call: Parameters<NodeProvider['getPublicKey']>) {
      order.push('fetching')
      return super.getPublicKey(...call)
    }
  }
  await signerOf(new SlowProvider(keyPair('ES256'))).sign(message)
  expect(order).toEqual(['fetching', 'signed'])
})

test.each(['always', 'first'] as const)(
  '%s: names of versions that a service makes up are not kept',
  async (check) => {
    const version = (count: number) => `${count}`.padEnd(1_000_000, 'v')
    const answer = (signature: ProviderSignature) => ({
      ...signature,
      keyVersion: version(provider.signed.length),
    })
    const provider = new NodeProvider(keyPair('ES256'), { answer })
    const signer = signerOf(provider, { check })
    await signer.sign(message)
    const before = bytesUsed()
    for (let count = 0; count < 300; count++) await signer.sign(message)
    expect((bytesUsed() - before) / 1e6).toBeLessThan(150)
  },
)
