import { execFile } from 'node:child_process'
import { constants, createPublicKey, verify } from 'node:crypto'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { accessPolicies, loadSigners, openSigner, readConfiguration, readPublicKey } from '@signport/config'
import { generateKeyPair } from '@signport/contract'
import { isRotatingSigner, type Signer, SigningError } from '@signport/core'
import { type Emulator, startEmulator } from '@signport/emulator'

const EC = '00000000-0000-4000-8000-000000000001'
const RSA = '00000000-0000-4000-8000-000000000002'
const LATER = '00000000-0000-4000-8000-000000000003'
const [ec, rsa, later] = [generateKeyPair('ES256'), generateKeyPair('RS256'), generateKeyPair('ES256')]

let emulator: Emulator

beforeAll(async () => {
  const keys = [
    { id: EC, spec: 'ECC_NIST_P256' as const, privateKey: ec.privateKey },
    { id: RSA, spec: 'RSA_2048' as const, privateKey: rsa.privateKey },
    { id: LATER, spec: 'ECC_NIST_P256' as const, privateKey: later.privateKey },
  ]
  emulator = await startEmulator({ seed: { version: 1, keys } })
})
afterEach(() => emulator.faults.clear())
afterAll(() => emulator.close())

const entry = (provider: string, key: string) => {
  const { url: endpoint, region, credentials } = emulator
  return { provider, key, endpoint, region, credentials: { ...credentials[0] } }
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  const error = await work.catch((error: unknown) => error)
  if (!SigningError.is(error)) throw new Error('Expected a SigningError', { cause: error })
  return error.code
}

describe.each(['aws-kms', 'trent-service'])('%s by configuration', (provider) => {
  test('signs with the only algorithm of its key', async () => {
    const signer = await openSigner(entry(provider, EC))
    expect(signer).toMatchObject({ provider, keyId: EC, algorithm: 'ES256' })
    const message = Buffer.from('a message')
    expect(await signer.verify(message, await signer.sign(message))).toBe(true)
    await signer.close()
  })

  test('gives its public key', async () => {
    expect((await readPublicKey(entry(provider, RSA))).toPem()).toBe(rsa.publicKey)
  })

  test('needs an algorithm for a key that allows several', async () => {
    expect(await codeOf(openSigner(entry(provider, RSA)))).toBe('Configuration')
  })

  test('does not wait for ever for a service that is silent', async () => {
    emulator.faults.add({ kind: 'stall', times: null })
    const options = { timeoutMs: 50 }
    expect(await codeOf(openSigner(entry(provider, EC), options))).toBe('Timeout')
    expect(await codeOf(readPublicKey(entry(provider, EC), options))).toBe('Timeout')
    const controller = new AbortController()
    setTimeout(() => controller.abort(), 50)
    expect(await codeOf(openSigner(entry(provider, EC), { signal: controller.signal }))).toBe('Aborted')
  })

  test('leaves nothing behind when it could not be opened', async () => {
    const program = `
      import { openSigner } from '@signport/config'
      await openSigner(${JSON.stringify(entry(provider, RSA))}).catch(({ code }) => console.log(code))`
    const { NODE_OPTIONS, ...env } = process.env
    const args = ['--input-type=module', '--eval', program]
    const { stdout } = await promisify(execFile)(process.execPath, args, { env, timeout: 30_000 })
    expect(stdout.trim()).toBe('Configuration')
  })
})

describe('signers of several providers by one configuration', () => {
  const named = () => ({
    aws: entry('aws-kms', EC),
    again: { ...entry('aws-kms', RSA), algorithm: 'PS256' },
    trent: { ...entry('trent-service', EC), algorithm: 'ECDSA_SHA_256', encoding: 'ieee-p1363' },
  })

  test('sign with the keys of their services', async () => {
    const signers = await loadSigners({ signers: named() })
    const message = Buffer.from('a message')
    const [key, pss] = [createPublicKey(ec.publicKey), createPublicKey(rsa.publicKey)]
    const bytesOf = async (name: string) => (await signers.get(name).sign(message)).bytes
    expect(verify('sha256', message, key, await bytesOf('aws'))).toBe(true)
    expect(verify('sha256', message, { key, dsaEncoding: 'ieee-p1363' }, await bytesOf('trent'))).toBe(true)
    const salted = { key: pss, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }
    expect(verify('sha256', message, salted, await bytesOf('again'))).toBe(true)
    await signers.close()
  })

  test('are not opened when one of them cannot be, which is named', async () => {
    emulator.faults.add({ kind: 'stall', times: null })
    const error = await loadSigners({ signers: named() }, { timeoutMs: 50 }).catch((error: unknown) => error)
    expect(error).toMatchObject({
      code: 'Timeout',
      message: expect.stringMatching(/^signers\.aws: The call did not end within its 50 ms/),
    })
  })

  test('leave nothing behind when they are closed', async () => {
    const program = `
      import { loadSigners } from '@signport/config'
      const signers = await loadSigners(${JSON.stringify({ signers: named() })})
      for (const name of signers.names) await signers.get(name).sign(Buffer.from('a message'))
      await signers.close()
      console.log('closed')`
    const { NODE_OPTIONS, ...env } = process.env
    const args = ['--input-type=module', '--eval', program]
    const { stdout } = await promisify(execFile)(process.execPath, args, { env, timeout: 30_000 })
    expect(stdout.trim()).toBe('closed')
  })
})

describe('a rotation from one vendor to another, and to a third', () => {
  const at = (time: string) => Date.parse(`2026-${time}:00Z`)

  /** From RSA at a TrentService by way of AWS to Alibaba Cloud. */
  function tokens() {
    const [{ accessKeyId, secretAccessKey: accessKeySecret }] = emulator.credentials
    return {
      cacheLifetime: '10m',
      tokenLifetime: '1h',
      active: { ...entry('aws-kms', EC), algorithm: 'ES256', published: '2026-11-01T09:00:00Z' },
      next: {
        provider: 'alibaba-kms',
        transport: 'openapi',
        key: LATER,
        algorithm: 'ES256',
        endpoint: emulator.url,
        credentials: { accessKeyId, accessKeySecret },
        kid: 'tokens-c',
        published: '2026-12-01T09:00:00Z',
        activateAt: '2026-12-02T09:00:00Z',
      },
      retired: [
        {
          ...entry('trent-service', RSA),
          algorithm: 'RS256',
          kid: 'tokens-a',
          retiredAt: '2026-11-01T10:00:00Z',
        },
      ],
    }
  }

  const message = Buffer.from('a token')
  const isOf = async (publicKey: string, signer: Signer) =>
    verify('sha256', message, createPublicKey(publicKey), (await signer.sign(message)).bytes)

  test('signs with the key of the time, and verifies with all that are published', async () => {
    let now = at('11-01T10:30')
    const signers = await loadSigners({ signers: { tokens: tokens() } }, { now: () => now })
    const signer = signers.get('tokens')
    if (!isRotatingSigner(signer)) throw new Error('Expected a rotation.')
    const published = () => signer.publishedKeys().map(({ signer: { provider, kid } }) => [provider, kid])

    expect(signer).toMatchObject({ provider: 'aws-kms', keyId: EC, algorithm: 'ES256' })
    expect(published()).toEqual([
      ['aws-kms', undefined],
      ['alibaba-kms', 'tokens-c'],
      ['trent-service', 'tokens-a'],
    ])
    expect(await isOf(ec.publicKey, signer)).toBe(true)
    const old = await openSigner({ ...entry('trent-service', RSA), algorithm: 'RS256' })
    const ofOld = await old.sign(message)
    expect(await signers.verifier('tokens').verify(message, ofOld.bytes)).toBe(true)
    await old.close()

    now = at('11-01T11:01')
    expect(published().map(([provider]) => provider)).toEqual(['aws-kms', 'alibaba-kms'])
    expect(await signers.verifier('tokens').verify(message, ofOld.bytes)).toBe(false)

    now = at('12-02T09:00')
    expect(signer).toMatchObject({ provider: 'alibaba-kms', keyId: LATER, kid: 'tokens-c' })
    expect(await isOf(later.publicKey, signer)).toBe(true)
    expect(published()).toEqual([
      ['alibaba-kms', 'tokens-c'],
      ['aws-kms', undefined],
    ])
    await signers.close()
  })

  test('gives the public key of the time, of whichever vendor', async () => {
    const keyAt = async (time: string) => (await readPublicKey(tokens(), { now: () => at(time) })).toPem()
    expect(await keyAt('12-02T08:59')).toBe(ec.publicKey)
    expect(await keyAt('12-02T09:00')).toBe(later.publicKey)
  })

  test('is opened while no service answers, and signs when they do', async () => {
    emulator.faults.add({ kind: 'stall', times: null })
    const load = () => loadSigners({ signers: { tokens: tokens() } }, { now: () => at('11-01T10:30') })
    const [signers, others] = [await load(), await load()]
    expect(signers.get('tokens')).toMatchObject({ provider: 'aws-kms', algorithm: 'ES256' })
    // Of signers of their own: what they have asked for goes on after the call, and others would wait for it, too.
    expect(await codeOf(others.get('tokens').sign(message, { timeoutMs: 50 }))).toBe('Timeout')
    await others.close()
    emulator.faults.clear()
    expect(await isOf(ec.publicKey, signers.get('tokens'))).toBe(true)
    await signers.close()
  })

  test('needs of each vendor what its keys are for', async () => {
    const policies = accessPolicies(await readConfiguration({ signers: { tokens: tokens() } }))
    const allowed = JSON.stringify(policies.map(({ document }) => document))
    expect(allowed).toMatch(/"kms:Sign"/)
    expect(allowed).toMatch(/"kms:AsymmetricSign"/)
    const ofRetired = JSON.stringify(
      accessPolicies(
        await readConfiguration({
          signers: {
            tokens: {
              ...tokens(),
              active: { provider: 'local', key: 'k', algorithm: 'ES256', published: '2026-11-01T09:00:00Z' },
            },
          },
        }),
      ).filter(({ kind }) => kind.includes('AWS')),
    )
    expect(ofRetired).toContain(RSA)
    expect(ofRetired).toContain('kms:GetPublicKey')
    expect(ofRetired).not.toContain('kms:Sign')
  })
})
