import { beforeEach, expect, test } from '@jest/globals'
import { testFolder } from './support/folder.js'
import { publicPem } from './support/keys.js'
import { signport } from './support/signport.js'
import { strangerSigns } from './support/stranger.js'

const folder = testFolder()
const MESSAGE = Buffer.from('Invoice 4711')

/** The modules that a command imports. */
async function modulesOf(...args: string[]): Promise<string> {
  const list = folder.path('modules.txt')
  folder.write('modules.txt', '')
  const hooks = `
    import { appendFileSync } from 'node:fs'
    export async function load(url, context, next) {
      appendFileSync(${JSON.stringify(list)}, url + '\\n')
      return next(url, context)
    }`
  const dataUrl = (code: string) => `data:text/javascript,${encodeURIComponent(code)}`
  const registration = `import { register } from 'node:module'
    register(${JSON.stringify(dataUrl(hooks))})`
  const { code, stderr } = await signport(args, {
    cwd: folder.path(),
    node: ['--no-warnings', '--import', dataUrl(registration)],
  })
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return folder.read('modules.txt').toString()
}

const JOSE = /packages\/jose\//
const EMULATOR = /packages\/emulator\//

beforeEach(() => {
  folder.write('message', MESSAGE)
  folder.write('claims.json', '{}')
  folder.write('public.pem', publicPem('ES256'))
  folder.write('signature', strangerSigns('ES256', MESSAGE))
  folder.key('ES256')
  folder.write('signport.yaml', 'signers: { a: { provider: local, key: ./ES256.pem, algorithm: ES256 } }')
})

test.each([
  [['sign', 'message', '--uri', 'local:./ES256.pem', '-o', 'new']],
  [['verify', 'message', '--signature', 'signature', '--public-key', 'public.pem']],
  [['public-key', '--signer', 'a']],
  [['signers']],
  [['probe']],
  [['algorithms']],
  [['jwt', '--help']],
])('neither tokens nor the emulator are loaded for %j', async (args) => {
  const modules = await modulesOf(...args)
  expect(modules).toMatch(/packages\/cli\/lib\/main\.js/)
  expect(modules).not.toMatch(JOSE)
  expect(modules).not.toMatch(EMULATOR)
})

test.each([
  [['jwt', 'claims.json', '--signer', 'a', '--require', 'none']],
  [['jwks', '--uri', 'local:./ES256.pem']],
])('tokens are loaded for %j, which shows that they would be seen', async (args) => {
  const modules = await modulesOf(...args)
  expect(modules).toMatch(JOSE)
  expect(modules).not.toMatch(EMULATOR)
})
