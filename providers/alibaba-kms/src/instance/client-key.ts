import { createPrivateKey, type KeyObject } from 'node:crypto'
import { printable, readPrivateFile, typeName } from '@signport/core/kit'
import type {
  AlibabaKmsInstanceOptions,
  ClientKeyContent,
  ClientKeyFile,
  ClientKeyPair,
  ClientKeyPassword,
} from '../alibaba-kms-options.js'
import { misconfigured, PROVIDER } from '../failure.js'
import { assertFlag } from '../option-checks.js'
import { once } from '../wait.js'
import { readPkcs12 } from './pkcs12.js'

/** What requests to an instance are signed with. The key is nowhere else in this process. */
export interface ClientKey {
  readonly keyId: string
  readonly privateKey: KeyObject
}

/** Gives the ClientKey: once read, the same for all requests. */
export type ClientKeySource = () => Promise<ClientKey>

const EXPECTED =
  'clientKey must have file (clientKey_….json), or KeyId and PrivateKeyData as that file has them, or keyId and privateKey'

/** What goes into a header as it is. */
const KEY_ID = /^[\x21-\x7e]{1,256}$/

const BASE64 = /^[A-Za-z0-9+/\s]+={0,2}\s*$/

const MIN_BITS = 2048

/** The name of an environment variable: what is none may be the password itself, in the wrong place. */
const VARIABLE = /^[A-Za-z_]\w{0,127}$/

/**
 * Checks the option now and reads files when they are needed, so that nobody waits for them who signs nothing.
 *
 * @param limitMs the longest wait for files and password, where it is not the usual one
 * @throws SigningError `Configuration`, with nothing of the key in it
 */
export function createClientKeySource(
  clientKey: AlibabaKmsInstanceOptions['clientKey'],
  limitMs?: number,
): ClientKeySource {
  const given = Object(clientKey) as Partial<ClientKeyFile & ClientKeyContent & ClientKeyPair>
  const ways = [given.file, given.PrivateKeyData, given.privateKey].filter((way) => way !== undefined)
  if (ways.length !== 1) throw misconfigured(`${EXPECTED}: exactly one of the three.`)
  if (given.privateKey !== undefined) return always(pairOf(given.keyId, given.privateKey))
  assertPassword(given)
  if (given.file === undefined) assertContent(given, 'clientKey')
  else if (typeof given.file !== 'string' || given.file === '')
    throw misconfigured(`clientKey.file must be a path, not ${typeName(given.file)}.`)
  assertFlag('clientKey.allowGroupRead', given.allowGroupRead)
  return once(() => readClientKey({ ...given }), 'The ClientKey', limitMs)
}

function pairOf(keyId: unknown, pem: unknown): ClientKey {
  assertId(keyId, 'clientKey.keyId')
  if (typeof pem !== 'string')
    throw misconfigured(`clientKey.privateKey must be a string of PEM, not ${typeName(pem)}.`)
  return { keyId, privateKey: checked(privateKeyOf(pem), 'clientKey.privateKey') }
}

function privateKeyOf(pem: string): KeyObject {
  try {
    return createPrivateKey(pem)
  } catch {
    throw misconfigured(
      'clientKey.privateKey must be an RSA private key as PEM (-----BEGIN PRIVATE KEY-----), without a password.',
    )
  }
}

function checked(key: KeyObject, what: string): KeyObject {
  const type = key.asymmetricKeyType
  // Node 20 and 22 end the process where they are asked for the details of a private key that does not fit on its curve.
  const { modulusLength = 0 } = (type === 'rsa' && key.asymmetricKeyDetails) || {}
  if (modulusLength >= MIN_BITS) return key
  const came = type === 'rsa' ? `RSA of ${modulusLength} bits` : `a key of the type ${type}`
  throw misconfigured(`${what} must be an RSA key of at least ${MIN_BITS} bits, not ${came}.`)
}

function assertPassword({ password, passwordEnv, passwordFile }: ClientKeyPassword): void {
  const given = [password, passwordEnv, passwordFile].filter((each) => each !== undefined)
  const ways = 'clientKey needs its password by one of passwordFile, passwordEnv and password'
  if (given.length !== 1) throw misconfigured(`${ways}: ${given.length} of them are there.`)
  if (password !== undefined && typeof password !== 'function')
    throw misconfigured(`clientKey.password must be a function that gives it, not ${typeName(password)}.`)
  for (const [name, value] of Object.entries({ passwordEnv, passwordFile }))
    if (value !== undefined && (typeof value !== 'string' || value === ''))
      throw misconfigured(`clientKey.${name} must be text that is not empty, not ${typeName(value)}.`)
  if (passwordEnv !== undefined && !VARIABLE.test(passwordEnv))
    throw misconfigured(
      'clientKey.passwordEnv must be the name of an environment variable, and not the password itself.',
    )
}

function assertId(keyId: unknown, what: string): asserts keyId is string {
  if (typeof keyId === 'string' && KEY_ID.test(keyId)) return
  throw misconfigured(`${what} must be the id of a ClientKey, such as KAAP.1234abcd-…, in visible ASCII.`)
}

function assertContent(content: unknown, what: string): asserts content is ClientKeyContent {
  const { KeyId, PrivateKeyData } = Object(content) as Partial<ClientKeyContent>
  assertId(KeyId, `KeyId of ${what}`)
  if (typeof PrivateKeyData !== 'string' || !BASE64.test(PrivateKeyData))
    throw misconfigured(`PrivateKeyData of ${what} must be a PKCS#12 in base64.`)
}

async function readClientKey(given: Partial<ClientKeyFile & ClientKeyContent>): Promise<ClientKey> {
  const what = given.file === undefined ? 'clientKey' : `the ClientKey ${printable(given.file)}`
  const content: unknown = given.file === undefined ? given : await contentOf(given as ClientKeyFile, what)
  assertContent(content, what)
  const data = Buffer.from(content.PrivateKeyData, 'base64')
  const privateKey = await readPkcs12(data, await passwordOf(given), `PrivateKeyData of ${what}`)
  return { keyId: content.KeyId, privateKey: checked(privateKey, `PrivateKeyData of ${what}`) }
}

async function contentOf({ file, allowGroupRead }: ClientKeyFile, what: string): Promise<unknown> {
  const text = await textOf(file, 'ClientKey file', allowGroupRead)
  try {
    return JSON.parse(text)
  } catch {
    // The parser's own error shows a piece of the file.
    throw misconfigured(
      `${what} is no JSON: it must be the file clientKey_….json as the console gave it out.`,
    )
  }
}

async function passwordOf(given: ClientKeyPassword): Promise<string> {
  const { password, passwordEnv, passwordFile, allowGroupRead } = given
  if (passwordFile !== undefined) {
    const text = await textOf(passwordFile, 'password file', allowGroupRead)
    return present(text.replace(/\r?\n$/, ''), `the password file ${printable(passwordFile)} is empty`)
  }
  if (passwordEnv !== undefined)
    return present(process.env[passwordEnv], `the environment variable ${printable(passwordEnv)} is not set`)
  return present(await asked(password), 'the function password gave none')
}

/** The text of a file that nobody else may read. */
async function textOf(path: string, what: string, allowGroupRead: boolean | undefined): Promise<string> {
  const label = `${what} ${printable(path)}`
  return (await readPrivateFile(path, { provider: PROVIDER, label, allowGroupRead })).toString('utf8')
}

async function asked(password: ClientKeyPassword['password']): Promise<unknown> {
  try {
    return await password?.()
  } catch (error) {
    // Its text is not repeated: whoever fetches secrets may well have put one into it.
    throw misconfigured(
      `There is no password of the ClientKey: the function for it failed with ${typeName(error)}.`,
    )
  }
}

function present(password: unknown, otherwise: string): string {
  if (typeof password === 'string' && password !== '') return password
  throw misconfigured(`There is no password of the ClientKey: ${otherwise}.`)
}

/** A function of its own, which holds on to the key and not to the text that it was read from. */
function always<T>(value: T): () => Promise<T> {
  return async () => value
}
