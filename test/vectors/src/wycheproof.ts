import type { JsonWebKey } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** One signature and what is to be thought of it. */
export interface Case {
  readonly id: number
  readonly comment: string
  /** Why it has its result. */
  readonly flags: readonly string[]
  readonly message: Uint8Array
  readonly signature: Uint8Array
  /** `acceptable`: implementations differ, and each decides for itself. */
  readonly result: 'valid' | 'invalid' | 'acceptable'
}

/** The cases of one key. */
export interface Group {
  /** SubjectPublicKeyInfo. */
  readonly publicKeyDer: Uint8Array
  /** The same key in the other forms that the file has: PEM and JWK. */
  readonly otherForms: readonly (string | JsonWebKey)[]
  /** The curve by SEC 2's name, where the key is on one. */
  readonly curve: string | undefined
  /** The hash by its usual name, such as `SHA-256`, where the algorithm has one. */
  readonly hash: string | undefined
  /** PSS: the length of the salt, in bytes. */
  readonly saltBytes: number | undefined
  readonly cases: readonly Case[]
}

/** One file of Wycheproof's `testvectors_v1`. */
export interface VectorFile {
  readonly name: string
  /** The name of the JSON schema: it says what the groups and cases hold. */
  readonly schema: string
  readonly groups: readonly Group[]
  /** How many cases the file says that it has. */
  readonly numberOfCases: number
}

/** The members of the files that are read here; each schema has some of them. */
interface JsonGroup {
  /** An object with the numbers of the key, or its bytes, or null where that is what the test is about. */
  readonly publicKey?: { readonly curve?: string } | string | null
  readonly publicKeyDer?: string
  readonly publicKeyPem?: string
  readonly publicKeyJwk?: JsonWebKey
  readonly keyJwk?: JsonWebKey
  readonly sha?: string
  readonly sLen?: number
  readonly tests: readonly JsonCase[]
}

interface JsonCase {
  readonly tcId: number
  readonly comment: string
  readonly flags: readonly string[]
  readonly msg: string
  readonly sig: string
  readonly result: Case['result']
}

/** Every vector file of a folder, in the order of their names. */
export function readVectorFiles(folder: string): VectorFile[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => readVectorFile(folder, name))
}

function readVectorFile(folder: string, name: string): VectorFile {
  const { schema, numberOfTests, testGroups } = JSON.parse(readFileSync(join(folder, name), 'utf8'))
  return {
    name,
    schema,
    numberOfCases: numberOfTests,
    // Read when asked for: the groups of a schema that nobody verifies may hold something else.
    get groups() {
      return testGroups.map(readGroup)
    },
  }
}

function readGroup(group: JsonGroup): Group {
  const { publicKey, publicKeyDer = '', publicKeyPem, publicKeyJwk, keyJwk, sha, sLen, tests } = group
  return {
    publicKeyDer: hex(publicKeyDer),
    otherForms: [publicKeyPem, publicKeyJwk, keyJwk].filter((form) => form !== undefined),
    curve: typeof publicKey === 'string' ? undefined : publicKey?.curve,
    hash: sha,
    saltBytes: sLen,
    cases: tests.map(readCase),
  }
}

function readCase({ tcId, comment, flags, msg, sig, result }: JsonCase): Case {
  return { id: tcId, comment, flags, message: hex(msg), signature: hex(sig), result }
}

function hex(text: string): Uint8Array {
  const bytes = Buffer.from(text, 'hex')
  if (2 * bytes.length !== text.length) throw new Error(`Not hexadecimal: ${text}`)
  return bytes
}
