import type { Place } from './emulator-process.js'

/** A piece so long is not met by chance, and says too much of a secret. In characters. */
const PIECE = 16

/** How much of a message is looked for, in bytes: nobody shows more. */
const LONGEST_BYTES = 4_096

/** Pieces of what must not be told, each of the same length. */
export type Secrets = readonly string[]

/** What providers were told in confidence. */
export function secretsOf({ credentials, clientKey }: Place): Secrets {
  const lines = clientKey.privateKeyPem.split('\n').filter((line) => line !== '' && !line.startsWith('-----'))
  const told = credentials.flatMap(({ accessKeyId, secretAccessKey, sessionToken = '' }) => [
    accessKeyId,
    secretAccessKey,
    sessionToken,
  ])
  return [...told, clientKey.keyId, lines.join('')].flatMap((secret) => piecesOf(secret))
}

/** Pieces of some bytes in the forms in which texts have bytes; none of what is too short to be told from chance. */
export function formsOf(given: Uint8Array): Secrets {
  const bytes = Buffer.from(given.subarray(0, LONGEST_BYTES))
  const hex = bytes.toString('hex')
  // A text may begin at any of the three places that bytes have in four digits.
  const digits = [0, 1, 2].flatMap((at) => {
    const rest = bytes.subarray(at)
    return [rest.toString('base64').replace(/=+$/, ''), rest.toString('base64url')]
  })
  const texts = [hex, hex.toUpperCase(), hex.replace(/..(?=.)/g, '$& '), bytes.toString('latin1')]
  return [...texts, ...digits, bytes.join(','), bytes.join(', ')].flatMap((text) =>
    piecesOf(text, strideOf(text)),
  )
}

/** Whether one of the pieces is somewhere in a text. */
export function tells(text: string, ...secrets: readonly Secrets[]): boolean {
  const windows = new Set<string>()
  for (let at = 0; at + PIECE <= text.length; at++) windows.add(text.slice(at, at + PIECE))
  return secrets.some((pieces) => pieces.some((piece) => windows.has(piece)))
}

/** Of what is short each piece, of what is long as many as it takes to find a part of it that is twice as long as they. */
const strideOf = ({ length }: string) => (length > 1_000 ? PIECE : 1)

function piecesOf(text: string, stride = 1): string[] {
  const pieces: string[] = []
  for (let at = 0; at + PIECE <= text.length; at += stride) pieces.push(text.slice(at, at + PIECE))
  return pieces
}
