/** Finds what nobody should see in a text, however little of it and in whatever form. */
export interface LeakSearch {
  /** Text that proves who somebody is, or that is to be kept for other reasons. */
  addText(text: string): void
  /** Bytes, in each form in which a text may have them. */
  addBytes(bytes: Uint8Array): void
  /** The pieces that are in a text, by their beginnings: a test's output is seen, too. */
  find(text: string): string[]
}

/** More would be the same, a character further on. */
const MOST_FOUND = 3

/** As long as this, in characters, a piece is not there by chance. */
const PIECE = 16

export function createLeakSearch(): LeakSearch {
  const pieces = new Set<string>()
  const addText = (text: string) => {
    for (const piece of piecesOf(text.toLowerCase())) pieces.add(piece)
  }
  return {
    addText,
    addBytes(bytes) {
      const buffer = Buffer.from(bytes)
      // In a longer run of base64, three bytes begin with any of them.
      const shifted = [0, 1, 2].map((start) => buffer.subarray(start))
      const encoded = shifted.flatMap((part) => [part.toString('base64'), part.toString('base64url')])
      for (const form of [buffer.toString('latin1'), buffer.toString('hex'), ...encoded]) addText(form)
    },
    find: (text) => [
      ...new Set(
        readingsOf(text)
          .flatMap(piecesOf)
          .filter((piece) => pieces.has(piece))
          .slice(0, MOST_FOUND)
          .map((piece) => `${piece.slice(0, 4)}…`),
      ),
    ],
  }
}

function piecesOf(text: string): string[] {
  return Array.from({ length: Math.max(0, text.length - PIECE + 1) }, (_, start) =>
    text.slice(start, start + PIECE),
  )
}

/** A text as it stands, with what URLs and lists make of others turned back. The case of letters does not matter. */
function readingsOf(text: string): string[] {
  const lower = text.toLowerCase()
  const once = withoutPercent(lower)
  return [...new Set([lower, once, withoutPercent(once), ...listsIn(lower)])]
}

function withoutPercent(text: string): string {
  return text.replace(/%([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
}

/** Eight bytes and more, one after the other: in hexadecimal, in decimals, and as JSON has them with their places. */
function listsIn(text: string): string[] {
  const inHex = text.match(/\b[0-9a-f]{2}(?:[\s:,-]{1,2}[0-9a-f]{2}){7,}/g) ?? []
  const places = text.replace(/"\d+":/g, '')
  const inDecimals = places.match(/\b\d{1,3}(?:[\s,]{1,2}\d{1,3}){7,}/g) ?? []
  return [
    ...inHex.map((list) => list.replace(/[^0-9a-f]/g, '')),
    ...inDecimals.map((list) => Buffer.from(list.split(/\D+/).map(Number)).toString('hex')),
  ]
}
