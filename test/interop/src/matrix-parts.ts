import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** A folder of `parts`, with what was chosen for it: what that brings with it is in its lock file. */
export interface MatrixPart {
  readonly name: string
  readonly language: 'Python' | 'Go'
  /** Such as `moto 5.2.5`. */
  readonly versions: readonly string[]
}

const FOLDER = fileURLToPath(new URL('../parts', import.meta.url))

/** All parts with their versions, which are those that installation.mjs installs. */
export function matrixParts(): readonly MatrixPart[] {
  return readdirSync(FOLDER, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .toSorted()
    .map((name) => partIn(name, join(FOLDER, name)))
}

function partIn(name: string, folder: string): MatrixPart {
  const read = (file: string) => readFileSync(join(folder, file), 'utf8')
  if (existsSync(join(folder, 'go.mod')))
    return { name, language: 'Go', versions: goVersions(read('go.mod')) }
  const versions = pythonVersions(read('requirements.in'), read('requirements.txt'))
  return { name, language: 'Python', versions }
}

/** What is asked for by its name, in the version that is locked. */
function pythonVersions(asked: string, locked: string): readonly string[] {
  const versions = new Map(
    Array.from(locked.matchAll(/^([\w.-]+)==([^\s;\\]+)/gm), ([, name = '', version]) => [
      plain(name),
      version,
    ]),
  )
  return Array.from(asked.matchAll(/^([A-Za-z0-9][\w.-]*)/gm), ([, name = '']) => {
    const version = versions.get(plain(name))
    if (!version) throw new Error(`${name} has no version in its requirements.txt.`)
    return `${name} ${version}`
  })
}

/** PEP 503: names differ neither by case nor by what is between their words. */
const plain = (name: string) => name.toLowerCase().replace(/[-_.]+/g, '-')

/** What programs import, and what is built as a program itself: go.mod calls the latter indirect. */
function goVersions(text: string): readonly string[] {
  const tools = Array.from(text.matchAll(/^\s*(?:tool\s+)?(\S+\.\S+\/\S+)$/gm), ([, path = '']) => path)
  return Array.from(text.matchAll(/^(?:require)?\s+(\S+)\s+(v\S+)(.*)$/gm))
    .filter(
      ([, path = '', , comment = '']) =>
        !comment.includes('indirect') || tools.some((tool) => `${tool}/`.startsWith(`${path}/`)),
    )
    .map(([, path, version]) => `${path} ${version}`)
}
