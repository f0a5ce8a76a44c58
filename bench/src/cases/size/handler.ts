import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build, type OutputFile } from 'esbuild'
import type { Case, Figure, Run } from '../../harness/case.js'
import { programPath } from '../../harness/program-path.js'
import { runNode } from '../process-run.js'
import { withFolder } from '../with-folder.js'

/** What CommonJS that is bundled into an ES module needs for Node's own modules. */
const BANNER = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);"

/** The programs in `programs/handler`, by what they are called in the table. */
const HANDLERS: Readonly<Record<string, string>> = {
  local: 'local',
  'trent-service': 'trent-service',
  'aws-kms': 'aws-kms',
  'alibaba-kms, instance': 'alibaba-instance',
  'alibaba-kms, openapi': 'alibaba-openapi',
  'AWS SDK': 'aws-sdk',
  "Alibaba's client": 'alibaba-client',
}

export const sizeHandler: Case = {
  name: 'size/handler',
  title: 'Bundled size of a Lambda handler',
  method: [
    'A handler that signs the body of an event by PS256, bundled by esbuild with everything that it imports, minified, as an ES module for',
    'Node 20. Each bundle is one file, and was loaded once.',
  ].join(' '),
  run: (run) => withFolder((folder) => figures(folder, run)),
}

async function figures(folder: string, run: Run): Promise<readonly Figure[]> {
  const found: Figure[] = []
  for (const [subject, program] of Object.entries(HANDLERS)) {
    run.progress(subject)
    found.push(await figureOf(subject, program, folder))
  }
  return found
}

async function figureOf(subject: string, program: string, folder: string): Promise<Figure> {
  const code = await bundle(program)
  const path = join(folder, `${program}.mjs`)
  await writeFile(path, code)
  await assertLoads(path)
  const packed = gzipSync(code, { level: 9 }).length
  return {
    group: 'one file, minified',
    subject,
    unit: 'kB',
    value: code.length / 1000,
    note: `${Math.round(packed / 1000)} kB by gzip`,
  }
}

async function bundle(program: string): Promise<Uint8Array> {
  const { outputFiles } = await build({
    entryPoints: [programPath(`handler/${program}`)],
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    // Of what comes in both forms, the ES modules: of the AWS SDK, a third less is left.
    mainFields: ['module', 'main'],
    banner: { js: BANNER },
    write: false,
    logLevel: 'silent',
  })
  return (outputFiles[0] as OutputFile).contents
}

/** @throws when the bundle lacks something that its module needs */
async function assertLoads(path: string): Promise<void> {
  const program = `const { handler } = await import(${JSON.stringify(pathToFileURL(path).href)})
    if (typeof handler !== 'function') throw new TypeError('no handler')`
  await runNode(['--input-type=module', '--eval', program], { AWS_REGION: 'eu-central-1' })
}
