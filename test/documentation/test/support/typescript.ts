import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { execute, type Outcome } from './execute.js'
import type { Block } from './readme.js'

/** The file, without its ending, that the code of a block is written to. */
export function moduleOf(path: string, { line }: Block): string {
  return `${path.replace(/\W+/g, '-')}-line-${line}`
}

/** Compiles modules as a strict project of a user's would be, to JavaScript beside them. */
export function compile(folder: string, modules: ReadonlyMap<string, string>): Outcome {
  mkdirSync(folder, { recursive: true })
  for (const [name, code] of modules) writeFileSync(join(folder, `${name}.ts`), code)
  const options = {
    extends: resolve('tsconfig.base.json'),
    compilerOptions: {
      composite: false,
      noUnusedLocals: false,
      types: ['node'],
      typeRoots: [resolve('node_modules/@types')],
    },
    include: ['*.ts'],
  }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(options))
  return execute(process.execPath, [resolve('node_modules/typescript/bin/tsc'), '-p', folder], folder)
}

/** The code of a block; where it quotes an interface, with an assertion that both have the same members and types. */
export function codeOf({ code, quotes }: Block): string {
  if (!quotes) return code
  const { name, from } = quotes
  return `${code}
import type { ${name} as Original } from '${from}'
type Same<A, B> = [A, B, keyof A] extends [B, A, keyof B] ? true : never
export const quotedAsItIs: Same<${name}, Original> & Same<Original, ${name}> = true
`
}
