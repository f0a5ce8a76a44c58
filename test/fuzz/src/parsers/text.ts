import { readConfiguration } from '@signport/config'
import { type AlgorithmInput, algorithmNames, algorithms, parseAlgorithm, SigningError } from '@signport/core'
import { readDuration, readRetryAfter } from '@signport/core/kit'
import fc from 'fast-check'
import { mutatedValue } from '../json-mutation.js'
import { type Parser, parser, promise } from '../parser.js'
import { mutatedText, randomText } from '../text-mutation.js'
import { instanceRetryAfter } from './instance-answer.js'

const NAMES = algorithms.flatMap((row) =>
  Object.values(algorithmNames(row))
    .flat()
    .filter((name): name is string => typeof name === 'string'),
)
const WEB_CRYPTO = algorithms.flatMap((row) => [...algorithmNames(row).webcrypto])
const ALGORITHM_TOKENS = [
  '-',
  '_',
  'SHA256',
  'SHA',
  'RSA',
  'PSS',
  'with',
  'ECDSA',
  'withECDSA',
  '2048',
  'P',
  '256',
]

const DURATIONS = ['90s', '10m', '1h', '30d', '2w', '0s', '104166666d', '9000000000s', '9999999999999s']
const DURATION_TOKENS = ['s', 'm', 'h', 'd', 'w', '0', '9', '.', '+', '-', 'e', 'ms', '١', '９']
const UNITS: Readonly<Record<string, bigint>> = {
  s: 1_000n,
  m: 60_000n,
  h: 3_600_000n,
  d: 86_400_000n,
  w: 604_800_000n,
}

const RETRY_AFTERS = [
  '0',
  '1',
  '120',
  '999999999',
  'Fri, 31 Dec 1999 23:59:59 GMT',
  'Wed, 01 Jan 2098 00:00:00 GMT',
  'Mon, 31 Feb 2098 00:00:00 GMT',
  'Sun, 01 Jan 2098 23:59:60 GMT',
]
const RETRY_TOKENS = [
  'GMT',
  ' GMT',
  'UTC',
  '+0000',
  ',',
  ':',
  '-',
  '275760',
  'Sun',
  'Feb',
  '30',
  '24:00:00',
  '9'.repeat(20),
]

const TIMES = [
  '2026-12-01T09:00:00Z',
  '2026-12-01T09:00:00.123456789+23:59',
  '1970-01-01T00:00:00-00:00',
  '9999-12-31T23:59:59.999Z',
  '2024-02-29T23:59:60Z',
]
const TIME_TOKENS = [
  'Z',
  'z',
  '+00:00',
  '-23:59',
  'T',
  't',
  ' ',
  '.5',
  '24:00:00',
  '60',
  '-02-30',
  '00',
  '+010000',
]

const RETRY_AFTER_READERS = {
  core: (text: string) => readRetryAfter({ 'retry-after': text }),
  'alibaba-kms': instanceRetryAfter,
}
type RetryAfterReader = keyof typeof RETRY_AFTER_READERS

async function readTime(text: string): Promise<void> {
  const key = { provider: 'local', key: 'k.pem', algorithm: 'ES256' }
  const tokens = {
    cacheLifetime: '10m',
    tokenLifetime: '1h',
    active: { ...key, published: text },
    next: { ...key, key: 'n.pem', published: text },
  }
  await readConfiguration({ signers: { tokens } })
  const form = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d{1,9})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/.exec(text)
  promise(form !== null, 'it took what is not written as RFC 3339 has it')
  // What there is comes back from the calendar as it went in.
  promise(
    new Date(`${form[1]}Z`).toISOString().startsWith(form[1] ?? '-'),
    'it took a time that there is not',
  )
}

/** Texts that stand for something else. */
export const TEXT_PARSERS: readonly Parser[] = [
  parser<AlgorithmInput>({
    name: 'algorithm',
    inputs: fc.oneof(
      mutatedText(NAMES, ALGORITHM_TOKENS),
      randomText(ALGORITHM_TOKENS),
      mutatedValue(
        WEB_CRYPTO,
        ['name', 'hash', 'namedCurve', 'saltLength', 'modulusLength', 'context'],
        [{ name: 'SHA-256' }, 'SHA-256'],
      ) as fc.Arbitrary<AlgorithmInput>,
    ),
    read(name) {
      const row = parseAlgorithm(name)
      promise(algorithms.includes(row), 'it made an algorithm that is not in the table')
      promise(parseAlgorithm(row.name) === row, 'its own name is that of another')
      if (typeof name !== 'string') return
      promise(/^[A-Za-z0-9/_ -]+$/.test(name), 'it took a name with characters that none has')
      promise(parseAlgorithm(name.toLowerCase()) === row, 'its case decides what it is')
    },
  }),
  parser<string>({
    name: 'duration',
    inputs: fc.oneof(mutatedText(DURATIONS, DURATION_TOKENS), randomText(DURATION_TOKENS)),
    read(text) {
      const ms = readDuration(text)
      promise(/^[0-9]+[smhdw]$/.test(text), 'it took what is no number and unit')
      promise(
        BigInt(ms) === BigInt(text.slice(0, -1)) * (UNITS[text.slice(-1)] ?? 0n),
        'it is another length of time',
      )
      promise(
        Number.isSafeInteger(ms) && ms >= 0 && ms <= 9e12,
        'it is no length that can be added to a time',
      )
    },
  }),
  parser<readonly [string, RetryAfterReader]>({
    name: 'retry-after',
    inputs: fc.tuple(
      fc.oneof(mutatedText(RETRY_AFTERS, RETRY_TOKENS), randomText(RETRY_TOKENS)),
      fc.constantFrom('core', 'alibaba-kms'),
    ),
    read([text, whose]) {
      const ms = RETRY_AFTER_READERS[whose](text)
      // It refuses nothing aloud: what is no time is none.
      if (ms === undefined) throw new SigningError('InvalidArgument', 'It is no time.')
      promise(Number.isFinite(ms) && ms >= 0, 'it is no time to wait')
      if (/^\d+$/.test(text)) return promise(ms === Number(text) * 1000, 'it is another length of time')
      // RFC 9110 section 5.6.7 has one form that may be sent.
      return promise(new Date(text).toUTCString() === text, 'it took what is no date of HTTP')
    },
  }),
  parser<string>({
    name: 'time',
    inputs: fc.oneof(
      { weight: 5, arbitrary: mutatedText(TIMES, TIME_TOKENS) },
      { weight: 1, arbitrary: randomText(TIME_TOKENS) },
    ),
    severalLines: true,
    read: readTime,
  }),
]
