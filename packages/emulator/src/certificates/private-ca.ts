import forge from 'node-forge'
import { element } from '../crypto/der.js'
import type { Identity } from '../server/http-server.js'
import { issueCertificate } from './certificate.js'
import { generateRsaPair } from './rsa-pair.js'

/** What a server needs to speak TLS, and what clients need to trust it. */
export interface ServerIdentity extends Identity {
  /** The certificate of the CA, PEM. */
  readonly ca: string
}

const DAY_MS = 24 * 60 * 60 * 1000

/** How long both certificates are valid: nobody should be left with one that others have forgotten. */
const VALID_MS = 7 * DAY_MS

/** How far back they begin, for clocks that are behind. */
const EARLIER_MS = 60 * 60 * 1000

const CA_NAME = 'CA of one emulator, for one start'

/** The kinds of names in a certificate (RFC 5280 section 4.2.1.6). */
const DNS_NAME = 2
const IP_ADDRESS = 7

/**
 * Makes a CA for this machine alone, and the certificate of a server by it. The key of the CA is gone when this returns.
 *
 * @param now when they begin to be valid
 */
export async function createServerIdentity(now: Date): Promise<ServerIdentity> {
  const [ca, server] = await Promise.all([generateRsaPair(), generateRsaPair()])
  const notBefore = new Date(now.getTime() - EARLIER_MS)
  const issued = {
    notBefore,
    notAfter: new Date(notBefore.getTime() + VALID_MS),
    issuer: { commonName: CA_NAME, pair: ca },
  }
  const caCertificate = issueCertificate({
    ...issued,
    commonName: CA_NAME,
    publicKey: ca.publicKey,
    extensions: caExtensions(),
  })
  const certificate = issueCertificate({
    ...issued,
    commonName: 'emulator',
    publicKey: server.publicKey,
    extensions: serverExtensions(caCertificate),
  })
  return {
    key: server.privateKeyPem,
    cert: forge.pki.certificateToPem(certificate),
    ca: forge.pki.certificateToPem(caCertificate),
  }
}

function caExtensions(): object[] {
  return [
    { name: 'basicConstraints', critical: true, cA: true, pathLenConstraint: 0 },
    { name: 'keyUsage', critical: true, keyCertSign: true },
    { name: 'subjectKeyIdentifier' },
    { id: '2.5.29.30', critical: true, value: nameConstraints().toString('latin1') },
  ]
}

/**
 * Name constraints (RFC 5280 section 4.2.1.10): whoever trusts this CA trusts it for this machine, and for nothing else.
 * An address stands there with its mask.
 */
function nameConstraints(): Buffer {
  const permitted = [
    element(0x80 | DNS_NAME, Buffer.from('localhost')),
    element(0x80 | IP_ADDRESS, Uint8Array.of(127, 0, 0, 1, 255, 255, 255, 255)),
  ]
  return element(0x30, element(0xa0, ...permitted.map((name) => element(0x30, name))))
}

function serverExtensions(ca: forge.pki.Certificate): object[] {
  return [
    { name: 'basicConstraints', critical: true, cA: false },
    { name: 'keyUsage', critical: true, digitalSignature: true, keyEncipherment: true },
    { name: 'extKeyUsage', serverAuth: true },
    { name: 'subjectKeyIdentifier' },
    { name: 'authorityKeyIdentifier', keyIdentifier: ca.generateSubjectKeyIdentifier().getBytes() },
    {
      name: 'subjectAltName',
      altNames: [
        { type: DNS_NAME, value: 'localhost' },
        { type: IP_ADDRESS, ip: '127.0.0.1' },
      ],
    },
  ]
}
