import { execFile } from 'node:child_process'
import { constants, createPublicKey, verify } from 'node:crypto'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { loadSigners, openSigner, readPublicKey } from '@signport/config'
import { generateKeyPair } from '@signport/contract'
import { SigningError } from '@signport/core'
import { type Emulator, startEmulator } from '@signport/emulator'

const EC = '00000000-0000-4000-8000-000000000001'
const RSA = '00000000-0000-4000-8000-000000000002'
const [ec, rsa] = [generateKeyPair('ES256'), generateKeyPair('RS256')]

let emulator: Emulator

beforeAll(async () => {
  const keys = [
    { id: EC, spec: 'ECC_NIST_P256' as const, privateKey: ec.privateKey },
    { id: RSA, spec: 'RSA_2048' as const, privateKey: rsa.privateKey },
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
      message: expect.stringMatching(/^signers\.aws: aws-kms did not/),
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
