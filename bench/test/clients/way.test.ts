import { generateKeyPairSync, sign } from 'node:crypto'
import { expect, test } from '@jest/globals'
import { assertSigns, way } from '../../src/clients/way.js'

const message = Buffer.from('Invoice 4711')
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const signing = (signed: Uint8Array) =>
  way({
    name: 'somebody',
    publicKey,
    once: async () => sign('sha256', signed, privateKey),
    signatureOf: (signature) => signature,
  })

test('who signs the message is measured', async () => {
  await expect(assertSigns(signing(message), message)).resolves.toBeUndefined()
})

test('who does not is named', async () => {
  await expect(assertSigns(signing(Buffer.from('Invoice 4712')), message)).rejects.toThrow('somebody gave')
})
