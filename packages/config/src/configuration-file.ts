import { extname } from 'node:path'
import type { Mistakes } from './mistakes.js'
import { readSmallFile, UnreadableFile } from './small-file.js'
import type { Node } from './tree.js'
import { readYaml } from './yaml-document.js'

/** The names that say that a string is the path of a configuration file. */
const EXTENSIONS: ReadonlySet<string> = new Set(['.yaml', '.yml', '.json'])

/** Whether a string names a configuration file, by its end. */
export const isConfigurationFile = (path: string) => EXTENSIONS.has(extname(path).toLowerCase())

/**
 * The tree of a configuration file. JSON goes the same way, because it is YAML, too, and so has positions.
 *
 * @returns undefined where the mistakes leave nothing to look at
 */
export async function readConfigurationFile(path: string, mistakes: Mistakes): Promise<Node | undefined> {
  const text = await textOf(path, mistakes)
  if (text === undefined) return undefined
  if (extname(path).toLowerCase() !== '.json') return readYaml(text, mistakes)
  // A tab is white space in JSON wherever it is allowed at all, and YAML does not indent by it.
  const root = await readYaml(text.replaceAll('\t', ' '), mistakes)
  if (root && !isJson(text)) mistakes.add([], 'is YAML but not JSON: name it .yaml')
  return root
}

async function textOf(path: string, mistakes: Mistakes): Promise<string | undefined> {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await readSmallFile(path))
  } catch (error) {
    mistakes.add([], error instanceof UnreadableFile ? error.message : 'is not UTF-8')
    return undefined
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
