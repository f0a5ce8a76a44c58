import { createPublicKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { SigningError } from '@signport/core'
import { encodePem } from '@signport/core/kit'
import fc from 'fast-check'
import { createClientKeySource } from '../../../../providers/alibaba-kms/src/instance/client-key.js'
import { type LocalKey, readPrivateKey } from '../../../../providers/local/src/private-key.js'
import { mutatedBytes } from '../byte-mutation.js'
import { mutatedDer } from '../der-mutation.js'
import { IsolatedReader } from '../isolated.js'
import { mutatedJson, mutatedValue } from '../json-mutation.js'
import { type Parser, parser, promise } from '../parser.js'
import { secretRuns } from '../secrets.js'
import {
  CURVE_OIDS,
  curveKeyOf,
  encryptedKey,
  openPkcs12,
  PASSPHRASE,
  PKCS8,
  PRIVATE_JWKS,
  PRIVATE_PEMS,
} from '../seeds/private-keys.js'
import { shown } from '../shown.js'
import { mutatedText } from '../text-mutation.js'

const PEM_TOKENS = [
  '-----BEGIN PRIVATE KEY-----\n',
  '-----END PRIVATE KEY-----',
  '-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n',
  '-----BEGIN OPENSSH PRIVATE KEY-----',
  'Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00112233445566778899AABBCCDDEEFF\n\n',
  '-----',
  '=',
]
const MEMBERS = [
  'kty',
  'crv',
  'x',
  'y',
  'd',
  'n',
  'e',
  'p',
  'q',
  'dp',
  'dq',
  'qi',
  'oth',
  'k',
  'priv',
  'pub',
  'alg',
]

const derSeeds = Object.values(PKCS8)
const asPem = (der: Uint8Array) => encodePem('PRIVATE KEY', der)

/** The numbers of the points of P-256 and SM2, and the last ones that are keys or not. */
const ORDERS = [
  'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551',
  'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632550',
  'fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123',
  'fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54122',
  'fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54121',
].map((hex) => Buffer.from(hex, 'hex'))

const scalar = fc.oneof(
  fc.constantFrom(...ORDERS),
  fc
    .tuple(fc.constantFrom(0, 1, 0xff), fc.constantFrom(0, 1, 31, 32, 33, 48, 66, 67, 200))
    .map(([value, length]) => new Uint8Array(length).fill(value)),
)

/** No point, none at all, that at infinity, and points of a length that a curve has. */
const point = fc.constantFrom(
  undefined,
  ...['', '00', '02', '04'].map((hex) => Buffer.from(hex, 'hex')),
  ...[32, 64].map((length) => Buffer.concat([Uint8Array.of(length === 32 ? 2 : 4), Buffer.alloc(length, 1)])),
)

const curveKeys = fc
  .tuple(fc.constantFrom(...CURVE_OIDS), scalar, point)
  .map(([curve, number, half]) => asPem(curveKeyOf(curve, number, half)))

/** What becomes of PEM on its way through variables and forms: one line, and boundaries that are worn. */
const WORN_PEMS = PRIVATE_PEMS.flatMap((pem) => {
  const line = pem.replaceAll('\n', ' ')
  return [line, line.replace('KEY-----', 'KEY'), line.replace('KEY-----', 'KEY').replace('-----END', 'END')]
})

const keys: fc.Arbitrary<LocalKey> = fc.oneof(
  curveKeys,
  mutatedText(WORN_PEMS, PEM_TOKENS),
  mutatedText(PRIVATE_PEMS, PEM_TOKENS),
  mutatedDer(derSeeds).map(asPem),
  mutatedBytes(derSeeds).map(asPem),
  mutatedValue(PRIVATE_JWKS, MEMBERS) as fc.Arbitrary<LocalKey>,
  mutatedJson(PRIVATE_JWKS, MEMBERS),
)

const encrypted = ['prime256v1', 'ed25519'].map((name) => encryptedKey(name, 2_048))
const isolated = new IsolatedReader()

/** PKCS#12 as OpenSSL writes it in three encryptions, and open ones. */
const FILES = JSON.parse(
  readFileSync(
    new URL('../../../../providers/alibaba-kms/test/fixtures/pkcs12.json', import.meta.url),
    'utf8',
  ),
) as Record<'password' | 'publicKey' | 'tripleDes' | 'rc2' | 'aes256' | 'ec', string>

const decoded = (base64: string): Uint8Array => Buffer.from(base64, 'base64')
const OPEN = [openPkcs12('rsa'), openPkcs12('prime256v1')]
const ENCRYPTED = [FILES.tripleDes, FILES.rc2, FILES.aes256].map(decoded)
const packages = fc.oneof(mutatedDer(OPEN), mutatedDer(ENCRYPTED), mutatedBytes([...OPEN, ...ENCRYPTED]))

const KEY_ID = 'KAAP.12345678-abcd-4000-8000-1234567890ab'
const CLIENT_KEYS = [
  { keyId: KEY_ID, privateKey: asPem(PKCS8.rsa ?? new Uint8Array()) },
  { KeyId: KEY_ID, PrivateKeyData: FILES.aes256, password: 'not the one' },
  { KeyId: KEY_ID, PrivateKeyData: 'AAAA', passwordEnv: 'SIGNPORT_FUZZ_NO_SUCH_VARIABLE' },
]

/** What it says that it throws, by the name of the key. */
function assertDocumented(error: unknown): never {
  const codes = ['Configuration', 'Unauthenticated', 'UnsupportedAlgorithm'] as const
  if (SigningError.is(error))
    promise(
      codes.some((code) => error.code === code),
      `its error is ${error.code}`,
    )
  throw error
}

/** Private keys and the files that hold them. */
export const PRIVATE_KEY_PARSERS: readonly Parser[] = [
  parser<LocalKey>({
    name: 'private-key',
    inputs: keys,
    secretsIn: (key) => secretRuns(typeof key === 'string' ? key : shown(key)),
    async read(key) {
      const { publicKey, keyObject } = await readPrivateKey(key, 'the key').catch(assertDocumented)
      if (!keyObject || publicKey.kind.startsWith('ML-DSA')) return
      const half = createPublicKey(keyObject).export({ type: 'spki', format: 'der' })
      promise(half.equals(publicKey.toSpki()), 'its public half is of another key')
    },
  }),
  parser<Uint8Array>({
    name: 'encrypted-key',
    inputs: fc.oneof(mutatedDer(encrypted), mutatedBytes(encrypted)),
    secretsIn: (der) => [...secretRuns(encodePem('KEY', der)), PASSPHRASE],
    read: (der) =>
      isolated.read({ how: 'pem', content: encodePem('ENCRYPTED PRIVATE KEY', der), secret: PASSPHRASE }),
    start: () => isolated.start(),
    stop: async () => isolated.stop(),
  }),
  parser<Uint8Array>({
    name: 'pkcs12',
    inputs: packages,
    secretsIn: (der) => [...secretRuns(Buffer.from(der).toString('base64')), FILES.password],
    async read(der) {
      const content = Buffer.from(der).toString('base64')
      await isolated.read({ how: 'pkcs12', content, secret: FILES.password })
    },
    start: () => isolated.start(),
    stop: async () => isolated.stop(),
  }),
  parser<unknown>({
    name: 'client-key',
    inputs: mutatedValue(CLIENT_KEYS, [
      'keyId',
      'KeyId',
      'privateKey',
      'PrivateKeyData',
      'password',
      'passwordEnv',
      'passwordFile',
      'allowGroupRead',
    ]),
    secretsIn(option) {
      const { privateKey, PrivateKeyData } = Object(option) as Record<string, unknown>
      return secretRuns(shown([privateKey, PrivateKeyData]))
    },
    async read(option) {
      const { keyId, privateKey } = await createClientKeySource(option as never)()
      promise(/^[\x21-\x7e]{1,256}$/.test(keyId), 'it took an id that no header can have')
      promise(privateKey.asymmetricKeyType === 'rsa', 'it took a key that is none of RSA')
    },
  }),
]
