/** Writes `lib` of every package that is published, from what tsc has built, and clears away what was there before. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path/posix'
import { bundles, filesIn } from './bundles.mjs'
import { published, root } from './workspaces.mjs'

await Promise.all(published().map(async (each) => write(join(root, each.folder, 'lib'), await bundles(each))))

/** A file that stays the same is not touched: programs that are running may load it. */
function write(lib, files) {
  for (const [name, bytes] of files) {
    const path = join(lib, name)
    if (existsSync(path) && readFileSync(path).equals(bytes)) continue
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, bytes)
  }
  for (const name of filesIn(lib)) if (!files.has(name)) rmSync(join(lib, name))
}
