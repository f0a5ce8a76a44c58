import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { openSigner, readPublicKey } from '@signport/config'
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
