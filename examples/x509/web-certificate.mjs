// Of the library's injection: before the library itself.
import 'reflect-metadata'
import {
  BasicConstraintsExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  Pkcs10CertificateRequestGenerator,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
} from '@peculiar/x509'
import { hostName } from './host-name.mjs'
import { cryptoOf } from './signer-crypto.mjs'

/** A request for a certificate of a web server, which an authority is sent. */
export async function requestCertificate(signer, host) {
  const name = hostName(host)
  const { crypto, keys } = await cryptoOf(signer)
  const extensions = [
    new SubjectAlternativeNameExtension([name]),
    new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
  ]
  return Pkcs10CertificateRequestGenerator.create({ name: [{ CN: [name.value] }], keys, extensions }, crypto)
}

/** A certificate that the key of a web server signs for itself. */
export async function selfSignedCertificate(signer, host, { days = 90 } = {}) {
  const name = hostName(host)
  const { crypto, keys } = await cryptoOf(signer)
  const notBefore = new Date()
  const extensions = [
    new SubjectAlternativeNameExtension([name]),
    new BasicConstraintsExtension(false, undefined, true),
    new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
    await SubjectKeyIdentifierExtension.create(keys.publicKey, false, crypto),
  ]
  const notAfter = new Date(notBefore.getTime() + days * 86_400_000)
  return X509CertificateGenerator.createSelfSigned(
    { name: [{ CN: [name.value] }], keys, notBefore, notAfter, extensions },
    crypto,
  )
}
