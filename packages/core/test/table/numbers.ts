import { createHash } from 'node:crypto'

export const numberOf = (bytes: Uint8Array) => BigInt(`0x${Buffer.from(bytes).toString('hex')}`)

/** A positive number as 32 bytes, big-endian. */
export const bytesOf = (number: bigint) => Buffer.from(number.toString(16).padStart(64, '0'), 'hex')

export const hashOf = (hash: string, message: Uint8Array): Buffer => createHash(hash).update(message).digest()
