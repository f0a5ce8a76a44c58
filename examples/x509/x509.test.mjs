import 'reflect-metadata'
import assert from 'node:assert/strict'
import { execFile, spawnSync } from 'node:child_process'
import { generateKeyPairSync, webcrypto, X509Certificate } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { promisify } from 'node:util'
import { cryptoProvider, Pkcs10CertificateRequest } from '@peculiar/x509'
import { loadSigners } from '@signport/config'
import { createSigner } from '@signport/core'
import { createLocalProvider } from '@signport/local'
import { cryptoOf } from './signer-crypto.mjs'
import { requestCertificate, selfSignedCertificate } from './web-certificate.mjs'

const HOST = 'www.example.com'
const DAY_MS = 86_400_000
const run = promisify(execFile)
const folder = mkdtempSync(join(tmpdir(), 'x509-'))
after(() => rmSync(folder, { recursive: true }))

const hasOpenssl = spawnSync('openssl', ['version']).status === 0
/** Who has no openssl command is told so; CI has one, or fails. */
const asksOpenssl = { skip: hasOpenssl || process.env.CI ? false : 'there is no openssl command' }

/** What OpenSSL says of a file, on either of its outputs. */
async function openssl(pem, ...args) {
  const file = join(folder, 'file.pem')
  writeFileSync(file, pem)
  const { stdout, stderr } = await run(
    'openssl',
    args.map((arg) => (arg === 'FILE' ? file : arg)),
  )
  return stdout + stderr
}

/** One key for each kind of signature, with OpenSSL's name for that. */
const KEYS = {
  ES256: [generateKeyPairSync('ec', { namedCurve: 'P-256' }), 'ecdsa-with-SHA256'],
  ES384: [generateKeyPairSync('ec', { namedCurve: 'P-384' }), 'ecdsa-with-SHA384'],
  ES512: [generateKeyPairSync('ec', { namedCurve: 'P-521' }), 'ecdsa-with-SHA512'],
  RS256: [generateKeyPairSync('rsa', { modulusLength: 2048 }), 'sha256WithRSAEncryption'],
  PS256: [generateKeyPairSync('rsa', { modulusLength: 2048 }), 'rsassaPss'],
  Ed25519: [generateKeyPairSync('ed25519'), 'ED25519'],
}

const signerOf = (privateKey, algorithm) =>
  createSigner({ provider: createLocalProvider({ keys: { k: privateKey } }), keyId: 'k', algorithm })
const signerFor = (algorithm) => signerOf(KEYS[algorithm][0].privateKey, algorithm)

async function requestAndCertificate(signer, host, options) {
  const request = await requestCertificate(signer, host)
  const certificate = await selfSignedCertificate(signer, host, options)
  return [request.toString('pem'), certificate.toString('pem')]
}

const lifetimeOf = ({ validFrom, validTo }) => Date.parse(validTo) - Date.parse(validFrom)

/** What a request or a certificate says of its key, as OpenSSL prints it. */
const USAGE = /X509v3 Key Usage: critical\s+Digital Signature\n/
const NO_AUTHORITY = /X509v3 Basic Constraints: critical\s+CA:FALSE\n/
const KEY_IDENTIFIER = /X509v3 Subject Key Identifier: ?\n\s+(?:[0-9A-F]{2}:){19}[0-9A-F]{2}\n/

for (const [algorithm, [{ publicKey }, name]] of Object.entries(KEYS)) {
  test(`${algorithm}: node:crypto verifies a certificate, which is no authority's`, async () => {
    const signer = signerFor(algorithm)
    const read = new X509Certificate((await requestAndCertificate(signer, HOST))[1])
    assert.equal(read.verify(publicKey), true)
    assert.equal(read.publicKey.equals(publicKey), true)
    assert.deepEqual([read.checkHost(HOST), read.subject, read.ca], [HOST, `CN=${HOST}`, false])
    assert.equal(lifetimeOf(read), 90 * DAY_MS)
    await signer.close()
  })

  test(
    `${algorithm}: OpenSSL verifies a request and a certificate, for signatures alone`,
    asksOpenssl,
    async () => {
      const signer = signerFor(algorithm)
      const [request, certificate] = await requestAndCertificate(signer, HOST)
      const requested = await openssl(request, 'req', '-in', 'FILE', '-noout', '-verify', '-text')
      for (const said of [
        /verify OK/i,
        new RegExp(`Signature Algorithm: ${name}`),
        /DNS:www\.example\.com\n/,
        USAGE,
      ])
        assert.match(requested, said)

      assert.match(await openssl(certificate, 'verify', '-CAfile', 'FILE', 'FILE'), /: OK/)
      const certified = await openssl(certificate, 'x509', '-in', 'FILE', '-noout', '-text')
      for (const said of [NO_AUTHORITY, USAGE, KEY_IDENTIFIER]) assert.match(certified, said)
      await signer.close()
    },
  )
}

test('the signer of signport.yaml', async () => {
  const signers = await loadSigners('signport.yaml')
  const web = signers.get('web')
  // A local key that is made on demand is made by its first signature.
  await web.sign(Buffer.from('the first one'))
  const read = new X509Certificate((await requestAndCertificate(web, HOST, { days: 1 }))[1])
  assert.equal(read.verify((await web.publicKey()).toKeyObject()), true)
  assert.equal(lifetimeOf(read), DAY_MS)
  await signers.close()
})

const knowsMlDsa = await webcrypto.subtle.generateKey('ML-DSA-44', false, ['sign', 'verify']).then(
  () => true,
  () => false,
)

test('ML-DSA is verified by a Node that has it, and any other says that it has not', async () => {
  const provider = createLocalProvider({ generate: true, baseFolder: folder, onGenerate: () => {} })
  const signer = createSigner({ provider, keyId: 'ml-dsa.pem', algorithm: 'ML-DSA-44' })
  await signer.sign(Buffer.from('the first one'))
  if (knowsMlDsa) {
    const [request, certificate] = await requestAndCertificate(signer, HOST)
    assert.equal(await new Pkcs10CertificateRequest(request).verify(), true)
    const read = new X509Certificate(certificate)
    assert.equal(read.verify(read.publicKey), true)
  } else {
    const refused = { name: 'TypeError', message: `Node ${process.version} has no WebCrypto for ML-DSA-44.` }
    await assert.rejects(requestCertificate(signer, HOST), refused)
    await assert.rejects(selfSignedCertificate(signer, HOST), refused)
  }
  await signer.close()
})

test('the library needs no crypto of the whole process, and none is left behind', async () => {
  const before = [...cryptoProvider.entries()]
  const signer = signerFor('ES256')
  cryptoProvider.clear()
  await requestCertificate(signer, HOST)
  await selfSignedCertificate(signer, HOST)
  assert.equal(cryptoProvider.size, 0)
  for (const [name, crypto] of before) cryptoProvider.set(name, crypto)
  assert.equal(cryptoProvider.get(), globalThis.crypto)
  await signer.close()
})

test('another key is not signed with', async () => {
  const signer = signerFor('ES256')
  const { crypto, keys } = await cryptoOf(signer)
  const other = { ...keys.privateKey }
  await assert.rejects(crypto.subtle.sign(other.algorithm, other, new ArrayBuffer(3)), TypeError)
  await signer.close()
})

test('what X.509 or the library has no name for is refused', async () => {
  const signer = signerOf(generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey, 'ES256K')
  await assert.rejects(requestCertificate(signer, HOST), /has no name for ES256K/)
  await signer.close()
})

/** What OpenSSL says when it is asked whether a certificate is for a host. */
async function isFor(certificate, option, host) {
  const asking = openssl(certificate, 'x509', '-in', 'FILE', '-noout', option, host)
  // Newer ones end with an error where it is not.
  const said = await asking.catch(({ stdout }) => String(stdout))
  assert.match(said, /does (?:NOT )?match certificate/)
  return said.includes('does match')
}

const NAMES = [
  ['www.example.com', 'DNS:www.example.com', '-checkhost', 'www.example.com', 'example.com'],
  ['WWW.Example.com', 'DNS:www.example.com', '-checkhost', 'www.example.com', 'www.example.org'],
  ['*.example.com', 'DNS:*.example.com', '-checkhost', 'any.example.com', 'example.com'],
  ['bücher.example', 'DNS:xn--bcher-kva.example', '-checkhost', 'xn--bcher-kva.example', 'bcher.example'],
  ['127.0.0.1', 'IP Address:127.0.0.1', '-checkip', '127.0.0.1', '127.0.0.2'],
  ['::1', 'IP Address:0:0:0:0:0:0:0:1', '-checkip', '::1', '::2'],
  ['2001:DB8::5', 'IP Address:2001:DB8:0:0:0:0:0:5', '-checkip', '2001:db8::5', '2001:db8::6'],
  ['::ffff:192.0.2.1', 'IP Address:0:0:0:0:0:FFFF:C000:201', '-checkip', '::ffff:c000:201', '192.0.2.1'],
]

for (const [host, said, option, right, wrong] of NAMES) {
  test(`the certificate of ${host} has ${said}`, async () => {
    const signer = signerFor('ES256')
    const [, certificate] = await requestAndCertificate(signer, host)
    assert.equal(new X509Certificate(certificate).subjectAltName, said)
    await signer.close()
  })

  test(
    `the certificate of ${host} is for ${right}, and not for ${wrong}, says OpenSSL`,
    asksOpenssl,
    async () => {
      const signer = signerFor('ES256')
      const [request, certificate] = await requestAndCertificate(signer, host)
      assert.deepEqual(
        [await isFor(certificate, option, right), await isFor(certificate, option, wrong)],
        [true, false],
      )
      assert.equal(
        (await openssl(request, 'req', '-in', 'FILE', '-noout', '-text')).includes(`${said}\n`),
        true,
      )
      await signer.close()
    },
  )
}

const NO_NAMES = [
  '',
  'x\0y',
  'a.example.com, O=Somebody',
  'a.example.com/b',
  'bücher.example/b',
  '℀.example',
  'a.example.com:443',
  'ex%61mple.com',
  'a b',
  'a..b',
  '.example.com',
  'www.*.com',
  '-a.example',
  '1.2.3',
  '0x7f.1',
  '256.256.256.256',
  '[::1]',
  'fe80::1%eth0',
  `${'a'.repeat(64)}.example`,
  `${'a.'.repeat(126)}com`,
]

for (const host of NO_NAMES)
  test(`${JSON.stringify(host)} is no name of a host`, async () => {
    const signer = signerFor('ES256')
    const refused = { name: 'TypeError', message: /^Expected the name or the IP address of a host/ }
    await assert.rejects(requestCertificate(signer, host), refused)
    await assert.rejects(selfSignedCertificate(signer, host), refused)
    await signer.close()
  })
