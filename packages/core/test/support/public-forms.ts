import { createPublicKey, type KeyObject } from 'node:crypto'
import type { PublicKeyInput } from '../../src/index.js'
import { pem as pemOf } from './asn1.js'
import { spkiOf } from './keys.js'

/** Every form in which a public key may be handed in, by its name; `jwk` for a key that node:crypto does not know. */
export function publicForms(
  key: KeyObject | Uint8Array,
  jwk = key instanceof Uint8Array ? undefined : jwkOf(key),
): [string, PublicKeyInput][] {
  const der = spkiOf(key)
  const pem = pemOf('PUBLIC KEY', der)
  const node = key instanceof Uint8Array ? nodeKeyOf(der) : key
  const isRsa = node?.asymmetricKeyType === 'rsa'
  const forms: [string, PublicKeyInput | undefined][] = [
    ['SPKI DER', Uint8Array.from(der)],
    ['SPKI DER in a Buffer', der],
    ['PEM', pem],
    ['PEM as bytes', Buffer.from(pem)],
    ['PEM with CRLF', pem.replaceAll('\n', '\r\n')],
    ['PEM between other text', `Key of Alice:\n${pem}Regards, Bob\n`],
    ['KeyObject', node],
    ['JWK', jwk],
    ['JWK as JSON', jwk && ` ${JSON.stringify(jwk, null, 2)}\n`],
    ['JWK as bytes', jwk && Buffer.from(JSON.stringify(jwk))],
    ['PKCS #1 PEM', isRsa ? node?.export({ type: 'pkcs1', format: 'pem' }) : undefined],
  ]
  return forms.filter((form): form is [string, PublicKeyInput] => form[1] !== undefined)
}

/** None for RSA-PSS, which node:crypto does not export, and for SM2, which has none. */
function jwkOf(key: KeyObject): PublicKeyInput | undefined {
  const { asymmetricKeyType: type } = key
  return type === 'rsa' || type === 'ec' || type === 'ed25519' ? key.export({ format: 'jwk' }) : undefined
}

/** ML-DSA, which Node knows from 22 on. */
function nodeKeyOf(der: Buffer): KeyObject | undefined {
  try {
    return createPublicKey({ key: der, format: 'der', type: 'spki' })
  } catch {
    return undefined
  }
}
