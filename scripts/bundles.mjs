import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path/posix'
import { build } from 'esbuild'
import { entryModules } from './entry-points.mjs'
import { root } from './workspaces.mjs'

/**
 * What `lib` of a package has to hold: what tsc made of its sources, as few modules, because Node needs longer to find
 * and read a hundred small ones than to run them. Nothing of another package is in them. Entry points share what they have
 * in common, so that a class is the same one for all; what is imported on demand stays apart.
 *
 * @returns each file's path within `lib`, with its bytes
 */
export async function bundles({ folder, manifest }) {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: entryModules(manifest).map((module) => `${folder}/dist/${module}.js`),
    outbase: `${folder}/dist`,
    outdir: `${folder}/lib`,
    bundle: true,
    splitting: true,
    packages: 'external',
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    charset: 'utf8',
    sourcemap: 'linked',
    // They are published beside it.
    sourcesContent: false,
    write: false,
    logLevel: 'warning',
  })
  const lib = join(root, folder, 'lib/')
  return new Map(outputFiles.map(({ path, contents }) => [path.slice(lib.length), contents]))
}

/** The files below a folder, as paths within it; none when there is no such folder. */
export function filesIn(folder) {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true }).filter((name) => statSync(join(folder, name)).isFile())
}
