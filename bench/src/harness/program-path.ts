import { fileURLToPath } from 'node:url'

/** The path of a built program of this workspace, whether this file is built or is run by a test as it is. */
export function programPath(name: string): string {
  return fileURLToPath(new URL(`../../dist/programs/${name}.js`, import.meta.url))
}
