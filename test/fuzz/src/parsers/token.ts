import { createSigner, type Signer } from '@signport/core'
import fc from 'fast-check'
import { compactVerify, decodeProtectedHeader, importSPKI, jwtVerify } from 'jose'
import { signJws, signJwt } from '../../../../packages/jose/src/index.js'
import { createLocalProvider } from '../../../../providers/local/src/index.js'
import { mutatedValue } from '../json-mutation.js'
import { type Parser, parser, promise } from '../parser.js'
import { PRIVATE_PEMS } from '../seeds/private-keys.js'
import { PUBLIC_JWKS } from '../seeds/public-keys.js'

/** A fixed time, in milliseconds since 1970. */
const NOW = 1_795_000_000_000
const SECONDS = NOW / 1000

const CLAIMS = [
  { iss: 'https://issuer.example', sub: 'somebody', aud: 'https://api.example', exp: SECONDS + 600 },
  {
    iss: 'a',
    aud: ['b', 'c'],
    exp: SECONDS + 1,
    nbf: SECONDS,
    iat: SECONDS,
    jti: 'id',
    scope: { a: [1, 'b'] },
  },
]
const CLAIM_NAMES = ['iss', 'sub', 'aud', 'exp', 'nbf', 'iat', 'jti', 'toJSON', 'cnf', 'scope']
const CLAIM_VALUES = [
  SECONDS,
  SECONDS + 60.5,
  NOW,
  'urn:a:b',
  'a:b c',
  ['a', 'a'],
  Number.NaN,
  Number.POSITIVE_INFINITY,
  10n,
  undefined,
  new Date(NOW),
  new Map(),
]

const JWK = PUBLIC_JWKS[2]
const HEADERS = [
  { typ: 'at+jwt', cty: 'JSON' },
  { crit: ['https://extension.example'], 'https://extension.example': true },
  { kid: 'k', jku: 'https://issuer.example/keys', 'x5t#S256': 'abc', x5c: ['MIIB'] },
  { jwk: JWK },
]
const HEADER_NAMES = 'alg kid typ cty crit b64 jwk x5c x5u jku x5t enc zip epk p2c __proto__ toJSON'.split(
  ' ',
)
const HEADER_VALUES = [
  'none',
  'ES256',
  'HS256',
  ['b64'],
  ['alg'],
  ['exp', 'exp'],
  'k',
  false,
  { kty: 'oct', k: 'AA' },
  Number.NaN,
]

const pem = PRIVATE_PEMS.find((text) => text.includes('EC PRIVATE KEY')) ?? ''
let signer: Signer | undefined

/** One signer for all, with a key that is read once. */
async function theSigner(): Promise<Signer> {
  signer ??= createSigner({
    provider: createLocalProvider({ keys: { k: pem } }),
    keyId: 'k',
    algorithm: 'ES256',
    kid: 'k',
  })
  return signer
}

const publicKey = async () => importSPKI((await (await theSigner()).publicKey()).toPem(), 'ES256')

/** A library that we did not write verifies it, and sees what was given. */
async function assertToken(token: string, claims: Readonly<Record<string, unknown>>): Promise<void> {
  const options = { currentDate: new Date(NOW), algorithms: ['ES256'], clockTolerance: 60 }
  const { payload } = await jwtVerify(token, await publicKey(), options).catch((error: Error) => {
    throw new Error(`Another library does not take the token: ${error.message}`)
  })
  for (const [name, value] of Object.entries(claims))
    promise(JSON.stringify(payload[name]) === JSON.stringify(value), `its claim ${name} is another one`)
}

async function readHeader(header: unknown): Promise<void> {
  const token = await signJws(await theSigner(), Buffer.from('a payload'), { header: header as never })
  const read = decodeProtectedHeader(token) as Record<string, unknown>
  promise(read.alg === 'ES256' && read.kid === 'k', 'its header names another algorithm or key')
  for (const [name, value] of Object.entries(Object(header)))
    promise(JSON.stringify(read[name]) === JSON.stringify(value), `its header has another ${name}`)
  const crit = Object.fromEntries(((read.crit as string[] | undefined) ?? []).map((name) => [name, true]))
  await compactVerify(token, await publicKey(), { crit }).catch((error: Error) => {
    throw new Error(`Another library does not take the token: ${error.message}`)
  })
}

/** Claims and headers of tokens. */
export const TOKEN_PARSERS: readonly Parser[] = [
  parser<unknown>({
    name: 'jwt-claims',
    inputs: fc.oneof(mutatedValue(CLAIMS, CLAIM_NAMES, CLAIM_VALUES), mutatedValue(CLAIMS, CLAIM_NAMES)),
    async read(claims) {
      const token = await signJwt(await theSigner(), claims as never, { now: () => NOW })
      await assertToken(token, claims as Readonly<Record<string, unknown>>)
    },
  }),
  parser<unknown>({
    name: 'jws-header',
    inputs: mutatedValue(HEADERS, HEADER_NAMES, HEADER_VALUES),
    read: readHeader,
  }),
]
