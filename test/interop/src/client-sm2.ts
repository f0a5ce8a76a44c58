import { createHash } from 'node:crypto'

/** a, b and the base point of the curve of SM2 (GB/T 32918.5-2017 annex A), which Z holds between the id and the key. */
const CURVE = [
  'FFFFFFFE FFFFFFFF FFFFFFFF FFFFFFFF FFFFFFFF 00000000 FFFFFFFF FFFFFFFC',
  '28E9FA9E 9D9F5E34 4D5A9E4B CF6509A7 F39789F5 15AB8F92 DDBCBD41 4D940E93',
  '32C4AE2C 1F198119 5F990446 6A39C994 8FE30BBF F2660BE1 715A4589 334C74C7',
  'BC3736A2 F4F6779C 59BDCEE3 6B692153 D0A9877C C62A4740 02DF32E5 2139F0A0',
].join('')

/** The id that everybody uses, and how long it is: in bits, in two bytes. */
const ID = Buffer.from('\u0000\u00801234567812345678', 'latin1')

/** What a client signs in place of a message with SM2: SM3(Z ‖ M). @param spki of the key, whose point is at its end */
export function sm2Digest(spki: Buffer, message: Buffer): Buffer {
  const curve = Buffer.from(CURVE.replaceAll(' ', ''), 'hex')
  const z = createHash('sm3').update(ID).update(curve).update(spki.subarray(-64)).digest()
  return createHash('sm3').update(z).update(message).digest()
}
