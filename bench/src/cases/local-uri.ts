import { sep } from 'node:path'

/** The URI by which `signport` finds a key in a file, whatever its folder is called. */
export function localUri(keyFile: string): string {
  const path = keyFile.split(sep).map(encodeURIComponent).join('/')
  return `local:${path}?algorithm=RS256`
}
