import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto'
import type { Signers } from '@signport/config'
import { createSigner, createVerifier, type Signature, type Signer, SigningError } from '@signport/core'
import { createLocalProvider } from '@signport/local'

/** Signers whose keys a test knows, made without a configuration. */
export interface TestSigners extends Signers {
  /** The names of the signers that were closed, as often as they were. */
  readonly closed: readonly string[]
  /** Whether node:crypto, which knows nothing of signers, finds a signature by the key of a name valid. */
  isValid(name: string, message: Uint8Array, signature: Signature): boolean
}

const newKeyPair = () =>
  generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  })

/**
 * @param names of those that sign, ES256 each
 * @param options.verifyOnly names of those that only verify, with the key of the first signer
 * @param options.failing names of those that cannot be closed properly
 */
export function openTestSigners(
  names: readonly string[],
  { verifyOnly = [], failing = [] }: { verifyOnly?: readonly string[]; failing?: readonly string[] } = {},
): TestSigners {
  const pairs = new Map(names.map((name) => [name, newKeyPair()]))
  const closed: string[] = []
  const signers = new Map(
    Array.from(pairs, ([name, { privateKey }]) => [name, openSigner(name, privateKey, failing, closed)]),
  )
  const publicKey = pairs.get(names[0] ?? '')?.publicKey ?? ''
  const verifiers = new Map(
    verifyOnly.map((name) => [name, createVerifier({ publicKey, algorithm: 'ES256' })]),
  )
  const close = async () => {
    const results = await Promise.allSettled([...signers.values()].map((signer) => signer.close()))
    for (const result of results) if (result.status === 'rejected') throw result.reason
  }
  return {
    names: [...names, ...verifyOnly],
    signerNames: names,
    get: (name) => signers.get(name) ?? unknownName(name, names),
    verifier: (name) => signers.get(name) ?? verifiers.get(name) ?? unknownName(name, names),
    close,
    [Symbol.asyncDispose]: close,
    closed,
    isValid: (name, message, { bytes }) =>
      verify('sha256', message, createPublicKey(pairs.get(name)?.publicKey ?? ''), bytes),
  }
}

function openSigner(name: string, key: string, failing: readonly string[], closed: string[]): Signer {
  const provider = createLocalProvider({ keys: { [name]: key } })
  const close = async () => {
    closed.push(name)
    if (failing.includes(name)) throw new Error(`the connection of ${name} is stuck`)
  }
  return createSigner({ provider: { ...provider, close }, keyId: name, algorithm: 'ES256' })
}

function unknownName(name: string, names: readonly string[]): never {
  throw new SigningError('Configuration', `There is no signer ${name}: did you mean ${names[0]}?`)
}
