import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { transformSync } from '@swc/core'

const SUPPORT = 'packages/inversify/test/support'
// Within the checkout, where Node and tsc find the packages as in a project that installed them.
const folder = resolve(`.cache/inversify-${process.pid}`)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Has every service made by a container, signs with one of them, and prints what came of it. */
const PROGRAM = `
  import { Container } from 'inversify'
  import { signerModule } from '@signport/inversify'
  import * as services from './services.js'
  import { openTestSigners } from './signers.js'

  const signers = openTestSigners(['invoices', 'receipts'], { verifyOnly: ['partner'] })
  const container = new Container()
  container.load(signerModule(signers, { require: ['invoices'] }))
  const { ByAccessor, ByParameter, ByProperty, DecoratedByCalls, ByType } = services
  const message = Buffer.from('4,711 bolts')
  for (const Service of [ByAccessor, ByParameter, ByProperty, DecoratedByCalls]) {
    container.bind(Service).toSelf()
    const { signer, verifier, registry } = container.get(Service)
    const signature = await signer.sign(message)
    const seen = [signers.isValid('invoices', message, signature), await verifier.verify(message, signature)]
    console.log(Service.name, ...seen, registry.get('receipts') === signers.get('receipts'))
  }
  try {
    container.bind(ByType).toSelf()
    console.log('ByType', container.get(ByType).registry.get('invoices') === signers.get('invoices'))
  } catch (error) {
    console.log('ByType', error.message.split('\\n')[0])
  }
  await container.unbindAllAsync()
  console.log(signers.closed.join())`

const WITHOUT =
  'Found unexpected missing metadata on type "ByType". "ByType" constructor requires at least 1 arguments, found 0 instead.'

const COMPILERS = { tsc: compileByTsc, swc: compileBySwc }

function compileByTsc(target: string, metadata: boolean): void {
  const config = join(target, 'tsconfig.json')
  const compilerOptions = {
    composite: false,
    declaration: false,
    declarationMap: false,
    emitDecoratorMetadata: metadata,
    rootDir: resolve(SUPPORT),
    outDir: target,
    types: ['node'],
    typeRoots: [resolve('node_modules/@types')],
  }
  const include = [resolve(SUPPORT, '*.ts')]
  writeFileSync(config, JSON.stringify({ extends: resolve('tsconfig.base.json'), compilerOptions, include }))
  run(['node_modules/typescript/bin/tsc', '-p', config])
}

function compileBySwc(target: string, decoratorMetadata: boolean): void {
  for (const name of ['services', 'signers']) {
    const { code } = transformSync(readFileSync(join(SUPPORT, `${name}.ts`), 'utf8'), {
      jsc: {
        parser: { syntax: 'typescript', decorators: true },
        transform: { legacyDecorator: true, decoratorMetadata },
        target: 'es2022',
      },
      module: { type: 'es6' },
      swcrc: false,
    })
    writeFileSync(join(target, `${name}.js`), code)
  }
}

function run(args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 60_000 })
  // What the command said is part of both sides, so that a failure shows it.
  expect({ status, stderr, stdout }).toEqual({ status: 0, stderr: '', stdout })
  return stdout
}

describe.each(['tsc', 'swc'] as const)('services that were compiled by %s', (compiler) => {
  const target = join(folder, compiler)

  test.each([
    ['with', true, 'true'],
    ['without', false, WITHOUT],
  ])('are given their signers %s decorator metadata', (_, metadata, byType) => {
    mkdirSync(target, { recursive: true })
    writeFileSync(join(target, 'package.json'), '{ "type": "module" }')
    COMPILERS[compiler](target, metadata)
    expect(readFileSync(join(target, 'services.js'), 'utf8').includes('design:paramtypes')).toBe(metadata)
    writeFileSync(join(target, 'program.js'), PROGRAM)
    expect(
      run([join(target, 'program.js')])
        .trim()
        .split('\n'),
    ).toEqual([
      'ByAccessor true true true',
      'ByParameter true true true',
      'ByProperty true true true',
      'DecoratedByCalls true true true',
      `ByType ${byType}`,
      'invoices,receipts',
    ])
  })
})
