import { readFileSync } from 'node:fs'
import { openssl, withFiles } from './openssl.js'

/** A key and a certificate for this machine that nobody else has signed; only who is given it can trust it. */
export function selfSigned(): { key: Buffer; cert: string } {
  return withFiles(['', ''], (keyPath, path) => {
    const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2']
    const names = ['-subj', '/CN=house', '-addext', 'subjectAltName=IP:127.0.0.1']
    openssl(['req', ...kind, ...names, '-keyout', keyPath, '-out', path])
    return { key: readFileSync(keyPath), cert: readFileSync(path, 'utf8') }
  })
}
