/**
 * A text as an address, read as `new URL` reads it; undefined where it is none. `URL.canParse` is not to be had for the
 * question: once it is compiled, that of Node 20 refuses letters that are not ASCII.
 */
export function urlOf(text: string, base?: string | URL): URL | undefined {
  try {
    return new URL(text, base)
  } catch {
    return undefined
  }
}
