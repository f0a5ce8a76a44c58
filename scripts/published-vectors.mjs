import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder of published test vectors: the one that SIGNPORT_VECTORS names, or the one beside the project. */
export function publishedVectors() {
  const beside = fileURLToPath(new URL('../../shared/vectors', import.meta.url))
  const folder = process.env.SIGNPORT_VECTORS ? resolve(process.env.SIGNPORT_VECTORS) : beside
  return existsSync(`${folder}/wycheproof`) ? folder : undefined
}
