import { expect, test } from '@jest/globals'
import { testFolder } from './support/folder.js'
import { publicPem } from './support/keys.js'
import { type Outcome, signport } from './support/signport.js'
import { fromNow } from './support/token.js'

const folder = testFolder()
const MIB = 1024 * 1024
const MAX_PEAK_KIB = 120 * 1024

// One version of Node reads the large one: the memory that it takes does not depend on the version.
const MEBIBYTES = process.versions.node.startsWith('20.') ? 2048 : 64

/**
 * A module that makes a command say at its end how much memory it had at its peak, in KiB. Linux counts for
 * `maxRSS` also what the process that started it had at that moment, which is a test runner; `VmHWM` is its own alone.
 */
const PEAK = `
  import { existsSync, readFileSync } from 'node:fs'
  const status = '/proc/self/status'
  process.on('exit', () => {
    const own = existsSync(status) ? /VmHWM:\\s+(\\d+)/.exec(readFileSync(status, 'utf8'))?.[1] : undefined
    console.error('peak', own ?? process.resourceUsage().maxRSS)
  })`

const run = (args: readonly string[]) =>
  signport(args, {
    cwd: folder.path(),
    node: ['--import', `data:text/javascript,${encodeURIComponent(PEAK)}`],
  })

function expectSmallPeak({ stderr }: Outcome) {
  const peak = Number(/^peak (\d+)\n$/.exec(stderr)?.[1])
  expect(peak).toBeGreaterThan(10 * 1024)
  expect(peak).toBeLessThan(MAX_PEAK_KIB)
}

test(`a file of ${MEBIBYTES} MiB (2048 on Node 20, elsewhere 64) takes less than 120 MiB of memory`, async () => {
  folder.writeSparse('large', MEBIBYTES * MIB)
  folder.write('public.pem', publicPem('ES256'))
  const signed = await run(['sign', 'large', '--uri', folder.key('ES256'), '-o', 'signature'])
  expect(signed.code).toBe(0)
  expectSmallPeak(signed)

  const verified = await run(['verify', 'large', '--signature', 'signature', '--public-key', 'public.pem'])
  expect(verified.stdout.toString()).toBe('valid\n')
  expectSmallPeak(verified)
})

test('a rotation verifies a file of 256 MiB with all of its keys in less than 120 MiB of memory', async () => {
  folder.writeSparse('large', 256 * MIB)
  folder.key('ES256')
  folder.key('RS256')
  folder.write(
    'signport.yaml',
    `signers:
  files:
    cacheLifetime: 10m
    tokenLifetime: 1h
    active: { provider: local, key: ./ES256.pem, algorithm: ES256, published: "${fromNow(-86_400)}" }
    next: { provider: local, key: ./RS256.pem, algorithm: RS256, published: "${fromNow(0)}" }
`,
  )
  const signed = await run(['sign', 'large', '--uri', 'local:./RS256.pem?algorithm=RS256', '-o', 'signature'])
  expect(signed.code).toBe(0)
  const verified = await run(['verify', 'large', '--signature', 'signature', '--signer', 'files'])
  expect(verified.stdout.toString()).toBe('valid\n')
  expectSmallPeak(verified)
})
