import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type Emulator, startEmulator } from '@signport/emulator'
import fc from 'fast-check'
import { AlibabaFailure } from '../../../src/planes/alibaba/failure.js'
import { OPERATIONS } from '../../../src/planes/alibaba-rpc/operations.js'
import { parametersOf } from '../../../src/planes/alibaba-rpc/parameters.js'
import { signatureOf } from '../../../src/planes/alibaba-rpc/string-to-sign.js'
import { rpc, rpcKey, signatureOf as signatureByTheBook } from '../../support/alibaba-rpc.js'

let emulator: Emulator
let key: { KeyId: string; KeyVersionId: string }
const lines: string[] = []

beforeAll(async () => {
  emulator = await startEmulator({ auth: 'none', notify: (line) => lines.push(line) })
  key = await rpcKey(emulator, 'EC_P256')
  lines.length = 0
})

afterAll(() => emulator.close())

const text = fc.string({ unit: 'binary', maxLength: 20 })
const parameters = fc.dictionary(text, text, { maxKeys: 8 })

test('every signature is the one by the book, whatever the parameters are', () => {
  fc.assert(
    fc.property(fc.constantFrom('GET', 'POST'), parameters, text, (method, given, secret) => {
      const { Signature, ...rest } = given
      const expected = signatureByTheBook(method, rest, secret)
      const all = new Map([...Object.entries(given).reverse(), ['Signature', 'x']] as const)
      expect(signatureOf(method, all, secret)).toBe(expected)
    }),
  )
})

test('parameters are read as they were written, in a query and in a form', () => {
  const head = { method: 'POST', headers: [['Content-Type', 'application/x-www-form-urlencoded']] as const }
  fc.assert(
    fc.property(parameters, parameters, (query, form) => {
      const clean = Object.fromEntries(Object.entries(form).filter(([name]) => !Object.hasOwn(query, name)))
      const write = (values: Record<string, string>) => new URLSearchParams(values).toString()
      const request = { ...head, target: `/?${write(query)}`, body: Buffer.from(write(clean)) }
      const read = new Map([...new URLSearchParams(write(query)), ...new URLSearchParams(write(clean))])
      expect(parametersOf(request)).toEqual(read)
    }),
  )
})

test('what is not encoded as it should be is refused, and nothing else happens', () => {
  fc.assert(
    fc.property(fc.string(), (query) => {
      try {
        const target = `/?${query}`
        for (const [name, value] of parametersOf({
          method: 'GET',
          target,
          headers: [],
          body: Buffer.alloc(0),
        }))
          expect([typeof name, typeof value]).toEqual(['string', 'string'])
      } catch (error) {
        if (!(error instanceof AlibabaFailure)) throw error
        expect(error.code).toBe('ParseRequestParameterException')
      }
    }),
    { numRuns: 500 },
  )
})

const value = fc.oneof(
  fc.constantFrom('KEY', 'VERSION', 'ECDSA_SHA_256', 'RSA_PSS_SHA_256', 'SIGN/VERIFY', 'EC_P256', 'EC_SM2'),
  fc.constantFrom('alias/a', 'alias/b', 'alias/', 'acs:kms:us-east-1:111122223333:key/x', '__proto__', ''),
  fc.constantFrom('AA==', Buffer.alloc(32).toString('base64'), 'true', '7', '-1', '1e3'),
  text,
)
const NAMES = [
  'KeyId',
  'KeyVersionId',
  'Algorithm',
  'Digest',
  'Value',
  'AliasName',
  'KeySpec',
  'KeyUsage',
  'Origin',
  'Description',
  'PageNumber',
  'PageSize',
  'PendingWindowInDays',
  'DryRun',
  'Format',
]

test('whatever is sent, the emulator never fails itself', async () => {
  const operation = fc.constantFrom(...OPERATIONS.keys())
  const input = fc.dictionary(fc.constantFrom(...NAMES), value, { maxKeys: 6 })
  await fc.assert(
    fc.asyncProperty(operation, input, async (name, given) => {
      const named = Object.entries(given).map(([each, what]) => {
        return [each, what === 'KEY' ? key.KeyId : what === 'VERSION' ? key.KeyVersionId : what] as const
      })
      const { status, body } = await rpc(emulator, name, Object.fromEntries(named))
      expect([200, 400, 404, 409]).toContain(status)
      expect(body.RequestId).toEqual(expect.any(String))
    }),
    { numRuns: 1000 },
  )
  expect(lines).toEqual([])
})
