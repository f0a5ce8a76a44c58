import type { AlgorithmName } from '@signport/core'
import type { KeyName } from './chaos-key.js'
import { type Choices, createRandom, type Random } from './random.js'

/** How items reach a service: all four ways there are to a remote one. */
export const CONNECTIONS = ['aws-kms', 'trent-service', 'alibaba openapi', 'alibaba instance'] as const

/** One of them. */
export type ConnectionName = (typeof CONNECTIONS)[number]

/** One signature that is asked for: everything about it follows from the seed and its number. */
export interface ChaosItem {
  readonly index: number
  readonly connection: ConnectionName
  /** Whether nobody listens where it connects to. */
  readonly refused: boolean
  readonly algorithm: AlgorithmName
  /** Which of the keys signs, at first. */
  readonly key: KeyName
  /** The key's name, which no other item uses. */
  readonly keyId: string
  /** What the signer is given. */
  readonly input: 'bytes' | 'stream' | 'digest'
  /** What goes to the service. */
  readonly messageType: 'auto' | 'raw'
  /** Of the message, in bytes. */
  readonly length: number
  /** How the key is pinned. */
  readonly pin: 'none' | 'key' | 'thumbprint'
  /** Which of its two requests comes to the server first. */
  readonly order: 'key first' | 'signature first'
  /** Whether there is little time: until its deadline, or until it is aborted. */
  readonly haste: 'none' | 'deadline' | 'abort'
}

/**
 * Half of the faults that are of one family of algorithms alone, as the longest salt is, fall on these: each family needs
 * enough items.
 */
const FAMILIES: Choices<'PSS' | 'ECDSA' | 'other'> = [
  [46, 'PSS'],
  [46, 'ECDSA'],
  [8, 'other'],
]

const OF_AWS: Readonly<Record<'PSS' | 'ECDSA' | 'other', Choices<AlgorithmName>>> = {
  PSS: [
    [8, 'PS256'],
    [1, 'PS384'],
    [1, 'PS512'],
  ],
  ECDSA: [
    [12, 'ES256'],
    [6, 'ES256K'],
    [1, 'ES384'],
    [1, 'ES512'],
  ],
  other: [
    [2, 'RS256'],
    [1, 'RS384'],
    [1, 'RS512'],
    [3, 'Ed25519'],
    [2, 'Ed25519ph-SHA512'],
    [3, 'SM2'],
    [2, 'ML-DSA-44'],
    [1, 'ML-DSA-65'],
    [1, 'ML-DSA-87'],
  ],
}

const OF_ALIBABA: typeof OF_AWS = {
  PSS: [[1, 'PS256']],
  ECDSA: [
    [2, 'ES256'],
    [1, 'ES256K'],
  ],
  other: [
    [1, 'RS256'],
    [1, 'SM2'],
  ],
}

const KEYS: Partial<Record<AlgorithmName, Choices<KeyName>>> = {
  ES256: [
    [1, 'P-256'],
    [1, 'another P-256'],
  ],
  ES384: [[1, 'P-384']],
  ES512: [[1, 'P-521']],
  ES256K: [[1, 'secp256k1']],
  Ed25519: [[1, 'Ed25519']],
  'Ed25519ph-SHA512': [[1, 'Ed25519']],
  SM2: [[1, 'SM2']],
  'ML-DSA-44': [[1, 'ML-DSA-44']],
  'ML-DSA-65': [[1, 'ML-DSA-65']],
  'ML-DSA-87': [[1, 'ML-DSA-87']],
}

const RSA_KEYS: Choices<KeyName> = [
  [9, 'RSA 2048'],
  [1, 'RSA 3072'],
]

/** How many items find nobody who listens. */
const REFUSED = 0.015

const HASTE: Choices<ChaosItem['haste']> = [
  [46, 'none'],
  [2, 'deadline'],
  [2, 'abort'],
]

/** The longest message, in bytes. */
const LONGEST = 100_000

/** The longest message that the protocol of AWS takes as it is, in bytes. */
const LONGEST_RAW = 4096

/** The item of a number. */
export function planItem(seed: number, index: number): ChaosItem {
  const random = createRandom(`item ${index} of ${seed}`)
  const connection = CONNECTIONS[index % CONNECTIONS.length] as ConnectionName
  const tables = connection.startsWith('alibaba') ? OF_ALIBABA : OF_AWS
  const algorithm = random.pick(tables[random.pick(FAMILIES)])
  const item: ChaosItem = {
    index,
    connection,
    refused: random.chance(REFUSED),
    algorithm,
    key: random.pick(KEYS[algorithm] ?? RSA_KEYS),
    keyId: `alias/chaos/${index}`,
    ...planMessage(connection, algorithm, random),
    haste: 'none',
  }
  const haste = random.pick(HASTE)
  // With a key that is known, there is one request at a time: what it meets decides how the item ends.
  return haste === 'none' ? item : { ...item, haste, refused: false, pin: 'key' }
}

type MessagePlan = Pick<ChaosItem, 'input' | 'messageType' | 'length' | 'pin' | 'order'>

function planMessage(connection: ConnectionName, algorithm: AlgorithmName, random: Random): MessagePlan {
  const order = random.chance(0.5) ? 'key first' : 'signature first'
  const pin = random.pick<MessagePlan['pin']>([
    [16, 'none'],
    [2, 'key'],
    [2, 'thumbprint'],
  ])
  const input = random.pick<MessagePlan['input']>([
    [7, 'bytes'],
    [2, 'stream'],
    [1, 'digest'],
  ])
  // As many of ten bytes as of ten thousand.
  const length = Math.floor(LONGEST ** random.next())
  const raw = rawPlan(connection, algorithm, length, random.chance(0.3))
  const plan: MessagePlan = { input, pin, order, ...raw }
  if (plan.messageType === 'raw' && input === 'digest') return { ...plan, input: 'bytes' }
  if (!dependsOnKey(algorithm)) return plan
  // What stands for the message is made with the key. The next one, where its name is moved, is new in each run.
  if (plan.messageType === 'auto') return { ...plan, pin: 'key', input: 'bytes' }
  return { ...plan, input: input === 'digest' ? 'bytes' : input }
}

/** Whether the message goes as it is, and then how long it can be. */
function rawPlan(connection: ConnectionName, algorithm: AlgorithmName, length: number, wanted: boolean) {
  const most = connection === 'alibaba instance' ? LONGEST : LONGEST_RAW
  const raw = { messageType: 'raw', length: Math.min(length, most) } as const
  if (algorithm === 'Ed25519') return raw
  const impossible = connection === 'alibaba openapi' || algorithm === 'Ed25519ph-SHA512'
  return wanted && !impossible ? raw : ({ messageType: 'auto', length } as const)
}

/** Whether the digest that is signed has the key in it. */
function dependsOnKey(algorithm: AlgorithmName): boolean {
  return algorithm === 'SM2' || algorithm.startsWith('ML-DSA')
}
