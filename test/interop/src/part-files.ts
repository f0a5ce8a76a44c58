import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** A file of a part as it is in the repository. */
export const sourceFile = (relative: string): string =>
  fileURLToPath(new URL(`../parts/${relative}`, import.meta.url))

/** A file of what a part was installed into. @throws Error where it is not installed */
export function installedFile(relative: string): string {
  const file = fileURLToPath(new URL(`../../../.cache/interop/${relative}`, import.meta.url))
  if (existsSync(file)) return file
  throw new Error(`${relative} is not installed: \`npm run test:interop\` installs it.`)
}
