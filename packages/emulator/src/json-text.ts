/**
 * Reads a file's text as JSON.
 *
 * @param what what it is, for the message
 * @throws TypeError that says where it stops to be JSON, and never what is there
 */
export function parseJson(text: string, what: string): unknown {
  try {
    // Editors of Windows begin files with it, and whoever reads JSON may leave it out (RFC 8259 section 8.1).
    return JSON.parse(text.replace(/^\ufeff/, ''))
  } catch (error) {
    // What the parser says quotes the file; where it stopped does not.
    const offset = /position (\d+)/.exec((error as Error).message)?.[1]
    const line = offset === undefined ? '' : `, near line ${text.slice(0, Number(offset)).split('\n').length}`
    throw new TypeError(`${what} is not JSON${line}.`)
  }
}
