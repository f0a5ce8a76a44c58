import { generateKeyPairSync, sign } from 'node:crypto'

/** A key on a curve, made once for all tests of a file. */
export const EC = generateKeyPairSync('ec', { namedCurve: 'P-256' })

export const SPKI = EC.publicKey.export({ type: 'spki', format: 'der' })

/** The members of a right answer to GetPublicKey. */
export const KEY_ANSWER = { KeyId: 'k', PublicKey: SPKI.toString('base64'), KeySpec: 'ECC_NIST_P256' }

/** What a real server would sign for the body of a request: ECDSA with SHA-256, as DER. */
export function signRaw(body: string): Buffer {
  const { Message = '' } = JSON.parse(body) as { Message?: string }
  return sign('sha256', Buffer.from(Message, 'base64'), EC.privateKey)
}
