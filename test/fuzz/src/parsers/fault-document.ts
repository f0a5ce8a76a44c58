import fc from 'fast-check'
import { readFaults } from '../../../../packages/emulator/src/faults/fault-document.js'
import { mutatedValue } from '../json-mutation.js'
import { type Parser, parser, promise } from '../parser.js'

const DOCUMENTS = [
  { faults: [{ kind: 'throttle' }, { kind: 'stall', operation: 'Sign', keyId: 'alias/a', times: null }] },
  { random: { seed: 7, rate: 0.3, kinds: ['bitFlip', 'reset'], operations: ['Sign', 'GetPublicKey'] } },
  { faults: [{ kind: 'unavailable', retryAfter: 2, times: 3 }], random: { seed: 1, rate: 1 } },
  {},
]
const MEMBERS = [
  'faults',
  'random',
  'kind',
  'operation',
  'keyId',
  'times',
  'retryAfter',
  'seed',
  'rate',
  'kinds',
  'operations',
]
const VALUES = [
  'otherKey',
  'no such kind',
  'GetPublicKey',
  Number.POSITIVE_INFINITY,
  Number.NaN,
  2 ** 53,
  0.5,
  -1,
]

/** Documents of faults, which the emulator reads. */
export const FAULT_PARSERS: readonly Parser[] = [
  parser<unknown>({
    name: 'fault-document',
    inputs: fc.oneof(mutatedValue(DOCUMENTS, MEMBERS), mutatedValue(DOCUMENTS, MEMBERS, VALUES)),
    async read(document) {
      const { faults, random } = await readFaults({ faults: document, faultsFile: undefined })
      promise(Array.isArray(faults), 'it has no list of faults')
      const rate = random?.rate ?? 0
      promise(rate >= 0 && rate <= 1, 'it took a rate that is no part of a whole')
    },
  }),
]
