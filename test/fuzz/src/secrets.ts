/** As long a piece of base64 or hexadecimal is in no message by chance. In characters. */
const PIECE = 16

/** Pieces of what in a text may be a key: of each long run the beginning, the middle and the end. */
export function secretRuns(text: string): string[] {
  return [...text.matchAll(/[A-Za-z0-9+/_]{24,}/g)].flatMap(([run]) => {
    const middle = Math.floor((run.length - PIECE) / 2)
    return [run.slice(0, PIECE), run.slice(middle, middle + PIECE), run.slice(-PIECE)]
  })
}
