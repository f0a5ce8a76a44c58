import type { KeyObject } from 'node:crypto'
import type { PublicKeyInput } from '../../src/index.js'

/** Every form in which a public key may be handed in, by its name. */
export function publicForms(key: KeyObject): [string, PublicKeyInput][] {
  const der = key.export({ type: 'spki', format: 'der' })
  const pem = key.export({ type: 'spki', format: 'pem' }).toString()
  const jwk = key.asymmetricKeyType === 'rsa-pss' ? undefined : key.export({ format: 'jwk' })
  const isRsa = key.asymmetricKeyType === 'rsa'
  return [
    ['SPKI DER', Uint8Array.from(der)],
    ['SPKI DER in a Buffer', der],
    ['PEM', pem],
    ['PEM as bytes', Buffer.from(pem)],
    ['PEM with CRLF', pem.replaceAll('\n', '\r\n')],
    ['PEM between other text', `Key of Alice:\n${pem}Regards, Bob\n`],
    ['KeyObject', key],
    ...(jwk ? ([['JWK', jwk]] as [string, PublicKeyInput][]) : []),
    ...(jwk ? ([['JWK as JSON', ` ${JSON.stringify(jwk, null, 2)}\n`]] as [string, PublicKeyInput][]) : []),
    ...(jwk ? ([['JWK as bytes', Buffer.from(JSON.stringify(jwk))]] as [string, PublicKeyInput][]) : []),
    ...(isRsa
      ? ([['PKCS #1 PEM', key.export({ type: 'pkcs1', format: 'pem' })]] as [string, PublicKeyInput][])
      : []),
  ]
}
