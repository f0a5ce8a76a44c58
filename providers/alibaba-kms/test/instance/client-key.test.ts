import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, test } from '@jest/globals'
import { derElement, derInteger, Tag } from '@signport/core/kit'
import { createClientKeySource } from '../../src/instance/client-key.js'
import { everythingOf, failure } from '../support/failure.js'
import { CLIENT_KEY } from '../support/instance-service.js'

const FILES = JSON.parse(
  readFileSync(join(import.meta.dirname, '../fixtures/pkcs12.json'), 'utf8'),
) as Record<'password' | 'publicKey' | 'tripleDes' | 'rc2' | 'aes256' | 'withoutKey' | 'ec', string>

const KeyId = 'KAAP.12345678-abcd-4000-8000-1234567890ab'
const password = () => FILES.password

const folder = mkdtempSync(join(tmpdir(), 'signport-alibaba-'))
afterAll(() => rmSync(folder, { recursive: true }))
afterEach(() => {
  delete process.env.TEST_CLIENT_KEY_PASSWORD
})

function file(name: string, content: string, mode = 0o600): string {
  const path = join(folder, name)
  rmSync(path, { force: true })
  writeFileSync(path, content, { mode })
  return path
}

/** A PKCS#12 in which keys lie open (RFC 7292 section 4: PFX, AuthenticatedSafe, SafeContents, KeyBag). */
function openPkcs12(keys: number): Buffer {
  const sequence = (...parts: Uint8Array[]) => derElement(Tag.sequence, ...parts)
  const [DATA, KEY_BAG] = ['2a864886f70d010701', '2a864886f70d010c0a0101'].map((hex) =>
    derElement(Tag.objectIdentifier, Buffer.from(hex, 'hex')),
  ) as [Uint8Array, Uint8Array]
  const data = (content: Uint8Array) => sequence(DATA, derElement(0xa0, derElement(Tag.octetString, content)))
  const bag = () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    return sequence(KEY_BAG, derElement(0xa0, privateKey.export({ type: 'pkcs8', format: 'der' })))
  }
  const contents = sequence(...Array.from({ length: keys }, bag))
  return Buffer.from(sequence(derInteger(Uint8Array.of(3)), data(sequence(data(contents)))))
}

const read = (option: object) => createClientKeySource(option as never)()

describe('a PKCS#12 of OpenSSL is opened', () => {
  test.each(['tripleDes', 'rc2', 'aes256'] as const)('that is encrypted with %s', async (name) => {
    const { keyId, privateKey } = await read({ KeyId, PrivateKeyData: FILES[name], password })
    expect(keyId).toBe(KeyId)
    expect(privateKey.type).toBe('private')
    expect(createPublicKey(privateKey).export({ type: 'spki', format: 'pem' })).toBe(FILES.publicKey)
  })

  test('also when it is written in BER, as some software does', async () => {
    const der = Buffer.from(FILES.tripleDes, 'base64')
    // A sequence of a length that is not said ends with two zeros (X.690 section 8.1.3.6).
    const ber = Buffer.concat([Buffer.from('3080', 'hex'), der.subarray(4), Buffer.alloc(2)])
    const { privateKey } = await read({ KeyId, PrivateKeyData: ber.toString('base64'), password })
    expect(createPublicKey(privateKey).export({ type: 'spki', format: 'pem' })).toBe(FILES.publicKey)
  })

  test.each(['tripleDes', 'rc2', 'aes256'] as const)('and not with another password: %s', async (name) => {
    const wrong = 'not-the-Passw0rd'
    const error = await failure(
      () => read({ KeyId, PrivateKeyData: FILES[name], password: () => wrong }),
      'Configuration',
    )
    expect(error.message).toBe(
      'PrivateKeyData of clientKey cannot be opened: the password is wrong, or the file is damaged.',
    )
    expect(everythingOf(error)).not.toContain(wrong)
    expect(everythingOf(error)).not.toContain(FILES[name].slice(0, 40))
  })

  test.each([
    ['withoutKey', 'it has 0'],
    ['ec', 'exactly one private key, and that an RSA key'],
  ] as const)('and not one that has no RSA key: %s', async (name, text) => {
    const error = await failure(() => read({ KeyId, PrivateKeyData: FILES[name], password }), 'Configuration')
    expect(error.message).toContain(text)
  })

  test.each([
    [1, undefined],
    [2, 'must hold exactly one private key, and that an RSA key; it has 2'],
  ])('and with %d keys that are not encrypted', async (count, refused) => {
    const opening = read({ KeyId, PrivateKeyData: openPkcs12(count).toString('base64'), password })
    if (refused === undefined) expect((await opening).privateKey.asymmetricKeyType).toBe('rsa')
    else expect((await failure(() => opening, 'Configuration')).message).toContain(refused)
  })

  test.each<[string, string]>([
    ['bytes that are none', Buffer.from('no PKCS#12 at all').toString('base64')],
    ['a part of one', FILES.tripleDes.slice(0, 400)],
    [
      'one with more behind it',
      Buffer.concat([Buffer.from(FILES.rc2, 'base64'), Buffer.from('more')]).toString('base64'),
    ],
  ])('and not %s', async (_, PrivateKeyData) => {
    const error = await failure(() => read({ KeyId, PrivateKeyData, password }), 'Configuration')
    expect(error.message).toContain('is no PKCS#12')
  })
})

describe('the file of a ClientKey is read', () => {
  const content = JSON.stringify({ KeyId, PrivateKeyData: FILES.rc2 })

  test.each<[string, () => object]>([
    ['a file', () => ({ passwordFile: file('password.txt', FILES.password) })],
    [
      'a file with a line break at its end',
      () => ({ passwordFile: file('password.txt', `${FILES.password}\r\n`) }),
    ],
    [
      'the environment',
      () => {
        process.env.TEST_CLIENT_KEY_PASSWORD = FILES.password
        return { passwordEnv: 'TEST_CLIENT_KEY_PASSWORD' }
      },
    ],
    ['a function', () => ({ password })],
    ['a function that takes its time', () => ({ password: async () => FILES.password })],
  ])('with its password from %s', async (_, passwordOf) => {
    const { keyId } = await read({ file: file('key.json', content), ...passwordOf() })
    expect(keyId).toBe(KeyId)
  })

  test('when it is needed, once for all who wait, and again after a failure', async () => {
    let asked = 0
    const path = join(folder, 'later.json')
    const source = createClientKeySource({
      file: path,
      password: () => {
        asked++
        return FILES.password
      },
    })
    await failure(source, 'Configuration')
    file('later.json', content)
    const [first, second] = await Promise.all([source(), source()])
    expect(first).toBe(second)
    expect(await source()).toBe(first)
    expect(asked).toBe(1)
  })

  test('and a password that never comes is given up, and asked for again by the next call', async () => {
    const answers = [() => new Promise<string>(() => {}), () => FILES.password]
    const option = { KeyId, PrivateKeyData: FILES.rc2, password: () => answers.shift()?.() ?? '' }
    const source = createClientKeySource(option, 2000)
    const waiting = [1, 2].map(() => failure(source, 'Timeout'))
    for (const error of await Promise.all(waiting))
      expect(error).toMatchObject({
        retryable: true,
        message: 'The ClientKey did not come within 2000 ms.',
      })
    expect((await source()).keyId).toBe(KeyId)
  })

  test('also when its group may read it, where that is permitted', async () => {
    const files = {
      file: file('mounted.json', content, 0o440),
      passwordFile: file('mounted.txt', FILES.password, 0o440),
    }
    const refusal = await failure(() => read(files), 'Configuration')
    expect(refusal.message).toContain('run chmod 600 on it, or set allowGroupRead.')
    expect((await read({ ...files, allowGroupRead: true })).keyId).toBe(KeyId)
  })

  test.each<[string, string, number, string]>([
    ['that others can read', content, 0o644, 'is open to others (mode 0644): run chmod 600 on it'],
    ['that its group can read', content, 0o640, 'is open to others (mode 0640)'],
    ['that is no JSON', 'PrivateKeyData: Xyzzy', 0o600, 'is no JSON'],
    ['that is JSON and no object', '"text"', 0o600, 'KeyId of the ClientKey'],
    ['without an id', JSON.stringify({ PrivateKeyData: FILES.rc2 }), 0o600, 'must be the id of a ClientKey'],
    ['without a key', JSON.stringify({ KeyId }), 0o600, 'must be a PKCS#12 in base64'],
    ['with a key that is no base64', JSON.stringify({ KeyId, PrivateKeyData: '***' }), 0o600, 'in base64'],
  ])('unless it is one %s', async (_, text, mode, expected) => {
    const error = await failure(
      () => read({ file: file('wrong.json', text, mode), password }),
      'Configuration',
    )
    expect(error.message).toContain(expected)
    expect(everythingOf(error)).not.toContain('Xyzzy')
  })

  test('unless there is none', async () => {
    const error = await failure(() => read({ file: join(folder, 'none.json'), password }), 'Configuration')
    expect(error.message).toBe(`There is no ClientKey file ${join(folder, 'none.json')}: check the path.`)
    expect(error).toMatchObject({ provider: 'alibaba-kms' })
  })

  test.each<[string, object, string]>([
    ['a password file that is open', { passwordFile: 'open' }, 'password file'],
    ['a password file that is empty', { passwordFile: 'empty' }, 'is empty'],
    [
      'a variable that is not set',
      { passwordEnv: 'TEST_CLIENT_KEY_PASSWORD' },
      'TEST_CLIENT_KEY_PASSWORD is not set',
    ],
    ['a function that gives nothing', { password: () => '' }, 'the function password gave none'],
    [
      'a function that fails',
      {
        password: () => {
          throw new RangeError('Passw0rd~!')
        },
      },
      'failed with RangeError',
    ],
  ])('nor without its password: %s', async (_, given, expected) => {
    const { passwordFile, ...rest } = given as { passwordFile?: string }
    const files: Record<string, () => string> = {
      open: () => file('open.txt', FILES.password, 0o644),
      empty: () => file('empty.txt', '\n'),
    }
    const way = passwordFile === undefined ? rest : { passwordFile: files[passwordFile]?.() }
    const error = await failure(() => read({ file: file('key.json', content), ...way }), 'Configuration')
    expect(error.message).toContain(expected)
    expect(everythingOf(error)).not.toContain(FILES.password)
  })
})

describe('an option that cannot be right is refused when the provider is made', () => {
  const small = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
  const locked = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
  // PKCS#8 (RFC 5958 section 2) of a number that does not fit on P-256 (RFC 5915 section 3).
  const [EC_PUBLIC_KEY, P_256] = ['2a8648ce3d0201', '2a8648ce3d030107'].map((hex) =>
    derElement(Tag.objectIdentifier, Buffer.from(hex, 'hex')),
  ) as [Uint8Array, Uint8Array]
  const number = derElement(Tag.octetString, Buffer.alloc(200, 0xff))
  const tooLong = derElement(
    Tag.sequence,
    derInteger(Uint8Array.of(0)),
    derElement(Tag.sequence, EC_PUBLIC_KEY, P_256),
    derElement(Tag.octetString, derElement(Tag.sequence, derInteger(Uint8Array.of(1)), number)),
  )
  const pem = (key: typeof small) => key.export({ type: 'pkcs8', format: 'pem' }) as string
  test.each<[string, unknown, string]>([
    ['nothing', undefined, 'exactly one of the three'],
    ['text', 'KAAP.1', 'exactly one of the three'],
    ['two ways at once', { file: 'a', ...CLIENT_KEY }, 'exactly one of the three'],
    ['a key without its id', { privateKey: CLIENT_KEY.privateKey }, 'clientKey.keyId must be the id'],
    ['an id with a line break', { ...CLIENT_KEY, keyId: 'a\nb' }, 'clientKey.keyId must be the id'],
    ['a key that is no text', { ...CLIENT_KEY, privateKey: 7 }, 'a string of PEM, not number'],
    [
      'a key that is no PEM',
      { ...CLIENT_KEY, privateKey: 'MIIE-secret' },
      'must be an RSA private key as PEM',
    ],
    ['a key that is too small', { ...CLIENT_KEY, privateKey: pem(small) }, 'not RSA of 1024 bits'],
    [
      'a key that does not fit on its curve, over whose details Node ends the process',
      {
        ...CLIENT_KEY,
        privateKey: `-----BEGIN PRIVATE KEY-----\n${Buffer.from(tooLong).toString('base64')}\n-----END PRIVATE KEY-----`,
      },
      'not a key of the type ec',
    ],
    ['a key on a curve', { ...CLIENT_KEY, privateKey: pem(ec) }, 'not a key of the type ec'],
    [
      'a key that is encrypted',
      {
        ...CLIENT_KEY,
        privateKey: locked.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'p' }),
      },
      'without a password',
    ],
    ['no password', { file: 'a' }, '0 of them are there'],
    ['two passwords', { file: 'a', passwordFile: 'b', passwordEnv: 'C' }, '2 of them are there'],
    ['a password as text', { file: 'a', password: 'Passw0rd~!' }, 'a function that gives it, not string'],
    [
      'a variable without a name',
      { file: 'a', passwordEnv: '' },
      'passwordEnv must be text that is not empty',
    ],
    [
      'a password in place of a variable',
      { file: 'a', passwordEnv: 'Passw0rd~!' },
      'must be the name of an environment variable, and not the password itself',
    ],
    ['permission that is text', { file: 'a', password, allowGroupRead: 'yes' }, 'must be true or false'],
    ['a file without a name', { file: '', password }, 'clientKey.file must be a path'],
    ['content without an id', { PrivateKeyData: FILES.rc2, password }, 'KeyId of clientKey must be the id'],
  ])('%s', async (_, option, text) => {
    const error = await failure(() => createClientKeySource(option as never), 'Configuration')
    expect(error.message).toContain(text)
    expect(everythingOf(error)).not.toMatch(/Passw0rd|MIIE|BEGIN (?:ENCRYPTED )?PRIVATE KEY-----\n/)
  })
})
