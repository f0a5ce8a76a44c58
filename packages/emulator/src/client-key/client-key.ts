import { randomUUID } from 'node:crypto'
import forge from 'node-forge'
import { issueCertificate } from '../certificates/certificate.js'
import { generateRsaPair } from '../certificates/rsa-pair.js'

/** What clients of a KMS instance sign their requests with. */
export interface ClientKey {
  /** Begins with `KAAP.`. */
  readonly keyId: string
  /** PKCS#8, PEM: what some clients take instead of the file. */
  readonly privateKeyPem: string
  /** What is in a file `clientKey_….json`: a JSON object with `KeyId` and `PrivateKeyData`, a PKCS#12 in base64. */
  readonly json: string
  /** The password of the PKCS#12. */
  readonly password: string
  /** From when on it is refused. */
  readonly notAfter: Date
}

/** How long a ClientKey is valid, as at Alibaba Cloud. */
const VALID_YEARS = 5

/** Makes a ClientKey: RSA-2048, with a certificate that it signs itself. */
export async function generateClientKey(now: Date): Promise<ClientKey> {
  const keyId = `KAAP.${randomUUID()}`
  const pair = await generateRsaPair()
  const notAfter = new Date(now)
  notAfter.setUTCFullYear(notAfter.getUTCFullYear() + VALID_YEARS)
  notAfter.setUTCMilliseconds(0)
  const certificate = issueCertificate({
    commonName: keyId,
    publicKey: pair.publicKey,
    notBefore: now,
    notAfter,
    extensions: [{ name: 'basicConstraints', critical: true, cA: false }],
    issuer: { commonName: keyId, pair },
  })
  // Digits, letters and hyphens: at least two kinds of characters are asked for.
  const password = randomUUID()
  // 3DES, since there are clients that read no newer form.
  const asn1 = forge.pkcs12.toPkcs12Asn1(pair.privateKey, certificate, password, { algorithm: '3des' })
  const PrivateKeyData = forge.util.encode64(forge.asn1.toDer(asn1).getBytes())
  const json = JSON.stringify({ KeyId: keyId, PrivateKeyData })
  return { keyId, privateKeyPem: pair.privateKeyPem, json, password, notAfter }
}

/** A ClientKey that cannot be used. Its message says why, and nothing of what is in it. */
export class ClientKeyError extends Error {
  override readonly name = 'ClientKeyError'
}

/** Reads a ClientKey from the contents of its two files. @throws ClientKeyError */
export function readClientKey(json: string, password: string): ClientKey {
  const { KeyId, PrivateKeyData } = parse(json)
  const { key, certificate } = open(PrivateKeyData, password)
  return {
    keyId: KeyId,
    privateKeyPem: forge.pki.privateKeyInfoToPem(
      forge.pki.wrapRsaPrivateKey(forge.pki.privateKeyToAsn1(key)),
    ),
    json,
    password,
    notAfter: certificate.validity.notAfter,
  }
}

function parse(json: string): { KeyId: string; PrivateKeyData: string } {
  try {
    const value: unknown = JSON.parse(json)
    const { KeyId, PrivateKeyData } = Object(value) as Record<string, unknown>
    if (typeof KeyId === 'string' && KeyId !== '' && typeof PrivateKeyData === 'string')
      return { KeyId, PrivateKeyData }
  } catch {
    // What the parser says would quote the file.
  }
  throw new ClientKeyError('it should be a JSON object with the texts KeyId and PrivateKeyData')
}

function open(data: string, password: string) {
  const bags = readBags(data, password)
  const key = bags.find(({ key }) => key)?.key
  const certificate = bags.find(({ cert }) => cert)?.cert
  if (key && certificate) return { key, certificate }
  throw new ClientKeyError('its PrivateKeyData should hold an RSA key and its certificate')
}

function readBags(data: string, password: string): forge.pkcs12.Bag[] {
  try {
    const asn1 = forge.asn1.fromDer(forge.util.decode64(data))
    return forge.pkcs12.pkcs12FromAsn1(asn1, password).safeContents.flatMap(({ safeBags }) => safeBags)
  } catch {
    throw new ClientKeyError('its PrivateKeyData should be a PKCS#12 in base64 that the password opens')
  }
}
