import { bitString, hex, oid, sequence } from './asn1.js'

/**
 * The example of a signature on the recommended curve: GB/T 32918.5-2017 appendix A (in GM/T 0003.5-2012, too). Z is what
 * is hashed before the message, e the digest of both, k the random number.
 */
export const EXAMPLE = {
  userId: '1234567812345678',
  message: Buffer.from('message digest'),
  d: hex('3945208F 7B2144B1 3F36E38A C6D39F95 88939369 2860B51A 42FB81EF 4DF7C5B8'),
  x: hex('09F9DF31 1E5421A1 50DD7D16 1E4BC5C6 72179FAD 1833FC07 6BB08FF3 56F35020'),
  y: hex('CCEA490C E26775A5 2DC6EA71 8CC1AA60 0AED05FB F35E084A 6632F607 2DA9AD13'),
  z: hex('B2E14C5C 79C6DF5B 85F4FE7E D8DB7A26 2B9DA7E0 7CCB0EA9 F4747B8C CDA8A4F3'),
  e: hex('F0B43E94 BA45ACCA ACE692ED 534382EB 17E6AB5A 19CE7B31 F4486FDF C0D28640'),
  k: hex('59276E27 D506861A 16680F3A D9C02DCC EF3CC1FA 3CDBE4CE 6D54B80D EAC1BC21'),
  r: hex('F5A03B06 48D2C463 0EEAC513 E1BB81A1 5944DA38 27D5B741 43AC7EAC EEE720B3'),
  s: hex('B1B6AA29 DF212FD8 763182BC 0D421CA1 BB9038FD 1F7F42D4 840B69C4 85BBC1AA'),
}

const EC_PUBLIC_KEY = oid('2a8648ce3d0201')
const SM2_CURVE = oid('2a811ccf5501822d')

/** The SPKI of a point: GM/T 0009-2012, the curve by the name of GM/T 0006-2012. */
export function sm2Spki(x: Uint8Array, y: Uint8Array): Buffer {
  return sequence(sequence(EC_PUBLIC_KEY, SM2_CURVE), bitString(Uint8Array.of(4), x, y))
}
