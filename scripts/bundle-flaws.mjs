import { readFileSync } from 'node:fs'
import { join } from 'node:path/posix'
import { bundles, filesIn } from './bundles.mjs'
import { exportedModules } from './entry-points.mjs'
import { root } from './workspaces.mjs'

/** Where `lib` is not what the build makes of `dist`: files of another build, or none. */
export async function staleFlaws({ folder, manifest }) {
  const expected = await bundles({ folder, manifest })
  const found = filesIn(`${folder}/lib`)
  const isOld = (name) => !readFileSync(`${folder}/lib/${name}`).equals(expected.get(name) ?? Buffer.of())
  return [
    ...found.filter(isOld).map((name) => `${folder}/lib/${name} is not of this build`),
    ...[...expected.keys()]
      .filter((name) => !found.includes(name))
      .map((name) => `${folder}/lib has no ${name}`),
  ]
}

/** Where what users import has other names than the module that it was made of, or a class calls itself otherwise. */
export async function exportFlaws({ folder, manifest }) {
  const flaws = exportedModules(manifest).map(async ({ module }) => {
    const [sources, bundle] = await Promise.all(
      ['dist', 'lib'].map((part) => namesOf(`${folder}/${part}/${module}.js`)),
    )
    return sources === bundle ? [] : [`${folder}/lib/${module}.js exports ${bundle}, not ${sources}`]
  })
  return (await Promise.all(flaws)).flat()
}

async function namesOf(path) {
  const exported = Object.entries(await import(join(root, path)))
  return exported.map(([name, value]) => (isClass(value) ? `${name} (${value.name})` : name)).join()
}

const isClass = (value) => typeof value === 'function' && String(value).startsWith('class')

/** Where a class could be there twice: code of another package in a bundle, or that of a source in two. */
export function* originFlaws({ folder, files }) {
  const seen = new Set()
  for (const path of files.filter((file) => /^lib\/.*\.js$/.test(file)))
    for (const source of JSON.parse(readFileSync(`${folder}/${path}.map`, 'utf8')).sources) {
      const origin = join(path, '..', source)
      if (!origin.startsWith('src/') || !files.includes(origin))
        yield `${folder}/${path} has code of ${origin}`
      if (seen.has(origin)) yield `${folder}/${path} has code of ${origin}, which another has, too`
      seen.add(origin)
    }
}
