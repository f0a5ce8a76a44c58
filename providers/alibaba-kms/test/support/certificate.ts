import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { derElement, derInteger, encodePem, Tag } from '@signport/core/kit'

/** What a certificate says (RFC 5280 section 4.1). */
interface CertificateContent {
  readonly name: string
  readonly publicKey: KeyObject
  readonly issuer: string
  readonly issuerKey: KeyObject
  readonly notAfter?: Date
  /** The addresses of the server; none for an authority. */
  readonly addresses?: readonly (readonly [number, number, number, number])[]
}

const UTC_TIME = 0x17
const UTF8_STRING = 0x0c
const SET = 0x31
const BOOLEAN = 0x01

const oid = (hex: string) => derElement(Tag.objectIdentifier, Buffer.from(hex, 'hex'))
const sequence = (...parts: Uint8Array[]) => derElement(Tag.sequence, ...parts)
const explicit = (number: number, part: Uint8Array) => derElement(0xa0 + number, part)

const ECDSA_WITH_SHA256 = sequence(oid('2a8648ce3d040302'))
const nameOf = (text: string) =>
  sequence(derElement(SET, sequence(oid('550403'), derElement(UTF8_STRING, Buffer.from(text)))))
const timeOf = (time: Date) =>
  derElement(
    UTC_TIME,
    Buffer.from(
      time
        .toISOString()
        .replace(/[-:T]|\.\d+/g, '')
        .slice(2),
    ),
  )

function extensions(addresses: CertificateContent['addresses']): Uint8Array {
  const yes = derElement(BOOLEAN, Uint8Array.of(0xff))
  const authority = sequence(oid('551d13'), yes, derElement(Tag.octetString, sequence(yes)))
  const names = (addresses ?? []).map((address) => derElement(0x87, Uint8Array.from(address)))
  const server = sequence(oid('551d11'), derElement(Tag.octetString, sequence(...names)))
  return explicit(3, sequence(addresses ? server : authority))
}

/** A certificate as PEM. Node makes none itself. */
function certificate(content: CertificateContent): string {
  const { name, publicKey, issuer, issuerKey, addresses, notAfter = new Date('2049-01-01') } = content
  const body = sequence(
    explicit(0, derInteger(Uint8Array.of(2))),
    derInteger(Uint8Array.of(1)),
    ECDSA_WITH_SHA256,
    nameOf(issuer),
    sequence(timeOf(new Date('2020-01-01')), timeOf(notAfter)),
    nameOf(name),
    publicKey.export({ type: 'spki', format: 'der' }),
    extensions(addresses),
  )
  const signature = derElement(Tag.bitString, Uint8Array.of(0), sign('sha256', body, issuerKey))
  return encodePem('CERTIFICATE', sequence(body, ECDSA_WITH_SHA256, signature))
}

/** An authority, and a server's key with a certificate that it issued. */
export function authorityAndServer(content: Partial<CertificateContent> = {}) {
  const [authority, server] = [1, 2].map(() => generateKeyPairSync('ec', { namedCurve: 'P-256' }))
  if (!authority || !server) throw new Error('There should be two keys')
  const issued = { issuer: 'Test authority', issuerKey: authority.privateKey }
  const cert = certificate({
    name: 'Test server',
    publicKey: server.publicKey,
    addresses: [[127, 0, 0, 1]],
    ...issued,
    ...content,
  })
  return {
    ca: certificate({ name: issued.issuer, publicKey: authority.publicKey, ...issued }),
    tls: { cert, key: server.privateKey.export({ type: 'pkcs8', format: 'pem' }) },
  }
}
