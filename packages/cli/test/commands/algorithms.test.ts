import { tmpdir } from 'node:os'
import { expect, test } from '@jest/globals'
import { toDer } from '@signport/core'
import { ALGORITHMS } from '../support/keys.js'
import { printed, signport } from '../support/signport.js'
import { strangerSigns } from '../support/stranger.js'

const run = (args: readonly string[]) => signport(['algorithms', ...args], { cwd: tmpdir() })

test('a table for people', async () => {
  expect(await run([])).toEqual(
    printed(
      `algorithm          key         digest bytes   signature bytes         AWS KMS                     Alibaba KMS
RS256              RSA         32             as the modulus          RSASSA_PKCS1_V1_5_SHA_256   RSA_PKCS1_SHA_256
RS384              RSA         48             as the modulus          RSASSA_PKCS1_V1_5_SHA_384   -
RS512              RSA         64             as the modulus          RSASSA_PKCS1_V1_5_SHA_512   -
PS256              RSA         32             as the modulus          RSASSA_PSS_SHA_256          RSA_PSS_SHA_256
PS384              RSA         48             as the modulus          RSASSA_PSS_SHA_384          -
PS512              RSA         64             as the modulus          RSASSA_PSS_SHA_512          -
ES256              P-256       32             64, as DER up to 72     ECDSA_SHA_256               ECDSA_SHA_256
ES384              P-384       48             96, as DER up to 104    ECDSA_SHA_384               -
ES512              P-521       64             132, as DER up to 139   ECDSA_SHA_512               -
ES256K             secp256k1   32             64, as DER up to 72     ECDSA_SHA_256               ECDSA_SHA_256
Ed25519            Ed25519     none           64                      ED25519_SHA_512             -
Ed25519ph          Ed25519     64             64                      -                           -
Ed25519ph-SHA512   Ed25519     64             64                      ED25519_PH_SHA_512          -
ML-DSA-44          ML-DSA-44   64, mu         2420                    ML_DSA_SHAKE_256            -
ML-DSA-65          ML-DSA-65   64, mu         3309                    ML_DSA_SHAKE_256            -
ML-DSA-87          ML-DSA-87   64, mu         4627                    ML_DSA_SHAKE_256            -
SM2                SM2         32, with Z     DER up to 72            SM2DSA                      SM2DSA
`,
    ),
  )
})

test('an array for programs', async () => {
  const rows: { name: string; signatureBytes?: number }[] = JSON.parse(String((await run(['--json'])).stdout))
  expect(rows.map(({ name }) => name)).toEqual(ALGORITHMS)
  expect(rows.find(({ name }) => name === 'ES384')).toEqual({
    name: 'ES384',
    key: 'P-384',
    hash: 'sha384',
    digestBytes: 48,
    signatureBytes: 96,
    standard: 'RFC 7518 section 3.4',
    names: expect.objectContaining({ aws: ['ECDSA_SHA_384'], alibaba: [], azure: ['ES384'] }),
  })
  expect(rows.find(({ name }) => name === 'Ed25519')?.signatureBytes).toBe(
    strangerSigns('Ed25519', Buffer.of(1)).length,
  )
})

test.each([
  [72, 32, 0xff],
  [104, 48, 0xff],
  // The order of P-521 has 521 bits: one in the first of its 66 bytes.
  [139, 66, 0x01],
])('the longest DER has %d bytes', (bytes, scalarBytes, first) => {
  const scalar = Buffer.alloc(scalarBytes, 0xff)
  scalar[0] = first
  expect(toDer(Buffer.concat([scalar, scalar]), scalarBytes)).toHaveLength(bytes)
})
