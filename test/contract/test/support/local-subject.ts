import { type AlgorithmName, algorithms, createSigner } from '@signport/core'
import { createLocalProvider } from '@signport/local'
import type { ContractSubject } from '../../src/contract-case.js'
import type { ContractKey } from '../../src/index.js'
import { generateKeyPair } from '../../src/key-pair.js'

/** The reference: `local` with keys in memory, and what of the contract a key in this process cannot show. */
export function localSubject(names: readonly AlgorithmName[] = algorithms.map(({ name }) => name)) {
  const pairs = names.map((name) => [name, generateKeyPair(name)] as const)
  const privateKeys = Object.fromEntries(pairs.map(([name, { privateKey }]) => [`key-${name}`, privateKey]))
  const keys: Partial<Record<AlgorithmName, ContractKey>> = Object.fromEntries(
    pairs.map(([name, { publicKey }]) => [name, { keyId: `key-${name}`, publicKey }]),
  )
  const secrets = Object.values(privateKeys).map((pem) => pem.split('\n')[1] ?? '')
  const subject: ContractSubject = {
    create: () => createLocalProvider({ keys: privateKeys }),
    createSigner,
    keys,
    capabilities: {
      secrets,
      failures: [
        { code: 'KeyNotFound', what: 'a key that is not there', keyId: 'key-none' },
        {
          code: 'InvalidKeyUsage',
          what: 'a key of another kind',
          algorithm: 'ES256',
          keyId: 'key-Ed25519',
          shownBy: ['sign', 'probe'],
        },
      ],
    },
    exclusions: LOCAL_EXCLUSIONS,
  }
  return subject
}

const SERVICE = 'keys in this process have no service that could'

const LOCAL_EXCLUSIONS = [
  { cases: 'alias', reason: 'a key in this process has one name, and is read once' },
  { cases: 'abort', reason: 'nothing is waited for' },
  { cases: 'timeout', reason: 'nothing is waited for' },
  ...[
    'KeyDisabled',
    'InvalidKeyState',
    'KeyUnavailable',
    'AccessDenied',
    'Unauthenticated',
    'Throttled',
    'Unavailable',
    'Internal',
    'InvalidResponse',
  ].map((code) => ({ cases: `failure ${code}`, reason: SERVICE })),
]
