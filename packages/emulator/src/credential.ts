import { randomBytes, randomInt } from 'node:crypto'

/** Who may use the emulator. */
export interface Credential {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  /** What temporary credentials have as a third part: requests must bring it. */
  readonly sessionToken?: string
  /** From when on they are refused as expired. */
  readonly expiration?: Date
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** The length of what AWS gives out: 16 characters after the prefix, and 40. */
const ID_CHARACTERS = 16
const SECRET_BYTES = 30

/** A new pair, in the form of AWS's own. */
export function randomCredential(): Credential {
  const id = Array.from({ length: ID_CHARACTERS }, () => BASE32[randomInt(BASE32.length)])
  return {
    accessKeyId: `AKIA${id.join('')}`,
    secretAccessKey: randomBytes(SECRET_BYTES).toString('base64'),
  }
}
