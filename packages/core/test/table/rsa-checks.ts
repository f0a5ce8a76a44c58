import { strict as assert } from 'node:assert'
import {
  constants,
  createPublicKey,
  type KeyObject,
  privateEncrypt,
  publicDecrypt,
  sign,
  verify,
} from 'node:crypto'
import type { Algorithm } from '../../src/index.js'
import type { Modules } from './modules.js'
import { hashOf, numberOf } from './numbers.js'
import { MESSAGE, RSA_KEYS } from './strangers.js'

const HASHES = { sha256: 32, sha384: 48, sha512: 64 }
const PSS = { padding: constants.RSA_PKCS1_PSS_PADDING }
const RAW = { padding: constants.RSA_NO_PADDING }

/** node:crypto finds the encodings of RSA signatures right. */
export function encodings({ core, kit }: Modules): void {
  for (const [bits, key] of RSA_KEYS)
    for (const row of core.algorithms) {
      const encoded = encodingOf(row, kit, bits)
      if (!encoded || !row.digest) continue
      const signature = privateEncrypt({ key, ...RAW }, encoded)
      const padding = row.scheme === 'rsassa-pss' ? { ...PSS, saltLength: row.digest.bytes } : {}
      assert.equal(verify(row.digest.hash, MESSAGE, { key, ...padding }, signature), true, row.name)
    }
}

function encodingOf(row: Algorithm, kit: Modules['kit'], modulusBits: number): Uint8Array | undefined {
  const digest = hashOf(row.digest?.hash ?? 'sha256', MESSAGE)
  if (row.scheme === 'rsassa-pss') return kit.encodePss(row, digest, modulusBits)
  return row.scheme === 'rsassa-pkcs1-v1_5' ? kit.encodePkcs1(row, digest, modulusBits) : undefined
}

/** A salt of another length is valid where that is asked for, and only there. */
export async function salts({ core }: Modules): Promise<void> {
  for (const key of RSA_KEYS.values())
    for (const [hash, bytes] of Object.entries(HASHES))
      for (const saltLength of [0, bytes - 1, bytes, bytes + 1, constants.RSA_PSS_SALTLEN_MAX_SIGN]) {
        const signature = sign(hash, MESSAGE, { key, ...PSS, saltLength })
        for (const allowed of ['digest', 'any'] as const) {
          const options = {
            publicKey: createPublicKey(key),
            algorithm: `PS${8 * bytes}`,
            saltLength: allowed,
          }
          const verifier = core.createVerifier(options)
          const valid = allowed === 'any' || saltLength === bytes
          assert.equal(await verifier.verify(MESSAGE, signature), valid)
          assert.equal(await verifier.verifyDigest(hashOf(hash, MESSAGE), signature), valid)
        }
      }
}

/** What is right but for one place is wrong, as OpenSSL says, too. */
export async function wrongEncodings({ core }: Modules): Promise<void> {
  for (const [bits, key] of RSA_KEYS)
    for (const damage of DAMAGES) {
      const signature = privateEncrypt(
        { key, ...RAW },
        damaged(key, (encoded) => damage(encoded, bits)),
      )
      const publicKey = createPublicKey(key)
      const verifier = core.createVerifier({ publicKey, algorithm: 'PS256', saltLength: 'any' })
      assert.equal(verify('sha256', MESSAGE, { key, ...PSS }, signature), false)
      assert.equal(await verifier.verifyDigest(hashOf('sha256', MESSAGE), signature), false)
    }
}

const DAMAGES: readonly ((encoded: Buffer, modulusBits: number) => void)[] = [
  // The trailer.
  (encoded) => encoded.writeUInt8(0xbd, encoded.length - 1),
  // The lowest of the bits that are zero because the encoding is at least a bit shorter than the modulus.
  (encoded, modulusBits) => encoded.writeUInt8((encoded[0] ?? 0) | (1 << ((modulusBits - 1) % 8))),
  // What is masked: nothing like zeros and a one comes out of it.
  (encoded) => encoded.fill(0x5a, 2, 42),
]

/** An encoding with a damage that leaves it a number below the modulus. */
function damaged(key: KeyObject, damage: (encoded: Buffer) => void): Buffer {
  const modulus = numberOf(Buffer.from(key.export({ format: 'jwk' }).n ?? '', 'base64url'))
  for (let count = 0; count < 1000; count++) {
    const encoded = publicDecrypt({ key, ...RAW }, sign('sha256', MESSAGE, { key, ...PSS, saltLength: 32 }))
    damage(encoded)
    if (numberOf(encoded) < modulus) return encoded
  }
  throw new Error('No damaged encoding was a number below the modulus')
}
