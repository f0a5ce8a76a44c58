import type { IncomingHttpHeaders } from 'node:http'
import { PublicKey } from '@signport/core'
import type { HttpAnswer } from '@signport/core/http'
import fc from 'fast-check'
import { readKeyAnswer, readSignAnswer } from '../../../../providers/trent-service/src/protocol/answer.js'
import { kindOfSpec, spkiOfPoint } from '../../../../providers/trent-service/src/public-point.js'
import {
  bytesMember,
  readWireAnswer,
  textMember,
} from '../../../../providers/trent-service/src/wire-answer.js'
import { mutatedBytes, randomBytes } from '../byte-mutation.js'
import { mutatedJson } from '../json-mutation.js'
import { type Parser, parser, promise } from '../parser.js'
import {
  ARN,
  KEY_ID,
  ODD_MEMBERS,
  SECRETS,
  TOLD,
  TRENT_ANSWERS,
  TRENT_MEMBERS,
  TRENT_REFUSALS,
} from '../seeds/answers.js'
import { SPKIS } from '../seeds/public-keys.js'
import { mutatedText } from '../text-mutation.js'

const HEADERS: readonly IncomingHttpHeaders[] = [
  {},
  { 'x-amzn-requestid': '475f1620-b9d3-4d35-b5c6-3fbdd941423d' },
  { 'x-amzn-requestid': TOLD.sessionToken },
  { 'x-amzn-requestid': '\u001b[2J\u202e'.repeat(500) },
  { 'x-amzn-errortype': 'DisabledException:http://x/' },
  { 'x-amzn-errortype': `${TOLD.secretAccessKey}` },
  { 'retry-after': '1', 'x-amz-request-id': 'x'.repeat(5_000) },
  { 'retry-after': '-1e9' },
  { location: 'https://elsewhere.example/?a=b' },
  { location: `//user:${TOLD.secretAccessKey}@%00` },
]

/** Status codes as servers have them; what is no refusal more often than they do. */
export const statuses = fc.oneof(
  { weight: 6, arbitrary: fc.constant(200) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(0, 100, 204, 299, 301, 307, 400, 403, 404, 413, 429, 500, 502, 503, 599, 999),
  },
)

const texts = TRENT_ANSWERS.map((answer) => JSON.stringify(answer))

const json = fc.oneof(
  { weight: 4, arbitrary: mutatedJson(TRENT_ANSWERS, TRENT_MEMBERS, ODD_MEMBERS) },
  { weight: 2, arbitrary: mutatedJson(TRENT_REFUSALS, TRENT_MEMBERS, ODD_MEMBERS) },
  { weight: 2, arbitrary: mutatedText(texts, ['{', '}', '"', ':', ',', '\\u0000', '"Signature":', 'null']) },
)

/** Bodies as text, and bytes that are none. */
export const trentBodies: fc.Arbitrary<Buffer> = fc.oneof(
  { weight: 6, arbitrary: json.map((text) => Buffer.from(text)) },
  {
    weight: 1,
    arbitrary: mutatedBytes(texts.map((text) => Buffer.from(text))).map((bytes) => Buffer.from(bytes)),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom('', '<html>', 'null', '[]', '"', '{}').map((text) => Buffer.from(text)),
  },
)

const answers: fc.Arbitrary<HttpAnswer> = fc.record({
  status: statuses,
  headers: fc.constantFrom(...HEADERS),
  body: fc.oneof({ weight: 20, arbitrary: trentBodies }, { weight: 1, arbitrary: fc.constant(undefined) }),
})

const credentials = [TOLD.accessKeyId, TOLD.secretAccessKey, TOLD.sessionToken]
const question = {
  url: new URL('https://kms.example.com/'),
  keyId: ARN,
  credentials,
  secrets: () => [TOLD.message],
}

/** What of an answer goes further: into results, errors and logs. */
function assertNames(names: readonly (string | undefined)[]): void {
  for (const name of names) {
    if (name === undefined) continue
    promise(/^[\x21-\x7e]{1,2048}$/.test(name), 'it took what is no name')
    for (const secret of SECRETS) promise(!name.includes(secret), 'it handed on a secret as a name')
  }
}

function readAnswer(raw: HttpAnswer): void {
  const answer = readWireAnswer(raw, question)
  const isSignature = 'Signature' in answer.members
  const bytes = bytesMember(answer, isSignature ? 'Signature' : 'PublicKey')
  const text = answer.members[isSignature ? 'Signature' : 'PublicKey']
  promise(Buffer.from(bytes).toString('base64') === text, 'it took base64 that is not written in the one way')
  const about = {
    provider: 'trent-service',
    keyId: ARN,
    wireName: 'ECDSA_SHA_256',
    requestId: answer.requestId,
    secrets: () => SECRETS,
  }
  const KeyId = textMember(answer, 'KeyId')
  const SigningAlgorithm = textMember(answer, 'SigningAlgorithm')
  if (isSignature) {
    const { keyId, wireName } = readSignAnswer({ KeyId, Signature: bytes, SigningAlgorithm }, about)
    assertNames([keyId, wireName])
  } else assertNames([readKeyAnswer({ KeyId, PublicKey: bytes }, about).keyId])
}

const KINDS = [
  'ECC_NIST_P256',
  'ECC_NIST_P384',
  'ECC_NIST_P521',
  'ECC_SECG_P256K1',
  'ECC_NIST_EDWARDS25519',
  'RSA_2048',
]
const POINTS = SPKIS.slice(1, 5).flatMap((spki) => {
  const raw = PublicKey.from(spki).toRaw()
  const compressed = Uint8Array.from([2 + ((raw.at(-1) ?? 0) % 2), ...raw.subarray(1, 1 + raw.length / 2)])
  return raw.length === 32 ? [raw, spki] : [raw, raw.subarray(1), compressed, spki]
})

/** Answers of servers that speak AWS KMS's protocol. */
export const TRENT_PARSERS: readonly Parser[] = [
  parser<HttpAnswer>({
    name: 'trent-answer',
    inputs: answers,
    secretsIn: () => [...SECRETS, TOLD.message.slice(4)],
    read: readAnswer,
  }),
  parser<readonly [Uint8Array, string]>({
    name: 'trent-point',
    inputs: fc.tuple(fc.oneof(mutatedBytes(POINTS), randomBytes(POINTS)), fc.constantFrom(...KINDS, KEY_ID)),
    read([bytes, spec]) {
      const spki = spkiOfPoint(bytes, kindOfSpec(spec))
      const key = PublicKey.from(spki)
      promise(
        Buffer.compare(key.toSpki(), spki) === 0 || key.kind === 'RSA',
        'it made an SPKI in another form',
      )
    },
  }),
]
