import { constants, type KeyObject, privateEncrypt } from 'node:crypto'
import { AWS_NAMES } from './kms.js'
import type { Plane, Reply } from './plane.js'

/** What RFC 8017 section 9.2 has before a digest of SHA-256. */
export const SHA256_INFO = Buffer.from('3031300d060960864801650304020105000420', 'hex')

/** The key that a service has, and what it is called there. */
export interface RsaKey {
  readonly keyId: string
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
}

type Input = Readonly<Record<string, string>>

/** AWS KMS with one RSA key: Sign, which it does when it is asked, of digests and by RS256 alone, and GetPublicKey. */
export function createRsaPlane({ keyId, privateKey, publicKey }: RsaKey): Plane {
  const outputs: Readonly<Record<string, (input: Input) => object | undefined>> = {
    'TrentService.Sign': (input) => signed(input, privateKey),
    'TrentService.GetPublicKey': () => described(publicKey),
  }
  return ({ headers, body }) => {
    const input = JSON.parse(body.toString()) as Input
    const output = input.KeyId === keyId && outputs[`${headers['x-amz-target']}`]?.(input)
    return output ? json({ KeyId: keyId, ...output }) : undefined
  }
}

function signed({ Message = '', MessageType, SigningAlgorithm }: Input, privateKey: KeyObject) {
  if (MessageType !== 'DIGEST' || SigningAlgorithm !== AWS_NAMES.RS256) return undefined
  const info = Buffer.concat([SHA256_INFO, Buffer.from(Message, 'base64')])
  const key = { key: privateKey, padding: constants.RSA_PKCS1_PADDING }
  return { Signature: privateEncrypt(key, info).toString('base64'), SigningAlgorithm }
}

function described(publicKey: KeyObject) {
  return {
    PublicKey: publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
    KeySpec: 'RSA_2048',
    KeyUsage: 'SIGN_VERIFY',
    SigningAlgorithms: [AWS_NAMES.RS256],
  }
}

function json(output: object): Reply {
  const headers = { 'content-type': 'application/x-amz-json-1.1' }
  return { status: 200, headers, body: Buffer.from(JSON.stringify(output)) }
}
