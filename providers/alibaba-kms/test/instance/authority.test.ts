import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import type { AlibabaKmsInstanceOptions } from '../../src/index.js'
import { createAuthoritySource } from '../../src/instance/authority.js'
import { authorityAndServer } from '../support/certificate.js'
import { failure } from '../support/failure.js'

const { ca } = authorityAndServer()
const folder = mkdtempSync(join(tmpdir(), 'signport-alibaba-'))
afterAll(() => rmSync(folder, { recursive: true }))

const sourceOf = (options: Pick<Partial<AlibabaKmsInstanceOptions>, 'ca' | 'caFile'>) =>
  createAuthoritySource({ transport: 'instance', endpoint: 'a', clientKey: {} as never, ...options })

test('where none is named there is none', async () => {
  expect(await sourceOf({})()).toBeUndefined()
})

test.each([
  ['one certificate', ca],
  ['two', `The first:\n${ca}The second:\n${authorityAndServer().ca}`],
])('a text and a file with %s are given as they are', async (name, pem) => {
  const caFile = join(folder, `${name}.pem`)
  writeFileSync(caFile, pem)
  expect(await sourceOf({ ca: pem })()).toBe(pem)
  expect(await sourceOf({ caFile })()).toBe(pem)
})

test('a file is read when it is needed, once, and again after a failure', async () => {
  const caFile = join(folder, 'later.pem')
  const source = sourceOf({ caFile })
  await failure(source, 'Configuration')
  writeFileSync(caFile, ca)
  expect(await source()).toBe(ca)
  rmSync(caFile)
  expect(await source()).toBe(ca)
})

describe('a file is refused', () => {
  test.each<[string, (path: string) => void, string]>([
    ['that is not there', () => {}, 'There is no caFile '],
    ['that is a folder', (path) => void execFileSync('mkdir', [path]), 'is not a regular file'],
    ['that is a pipe', (path) => void execFileSync('mkfifo', [path]), 'is not a regular file'],
    ['that never ends', () => {}, 'is not a regular file'],
    [
      'that is too large',
      (path) => writeFileSync(path, ca.padEnd(1024 * 1024 + 1, '\n')),
      'has more than 1048576 bytes',
    ],
    ['that is empty', (path) => writeFileSync(path, ''), 'must hold certificates as PEM'],
    [
      'with a certificate that is damaged',
      (path) => writeFileSync(path, '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'),
      'has a certificate that is damaged',
    ],
  ])('%s', async (name, make, text) => {
    const caFile = name === 'that never ends' ? '/dev/zero' : join(folder, name.replaceAll(' ', '-'))
    make(caFile)
    const error = await failure(sourceOf({ caFile }), 'Configuration')
    expect(error.message).toContain(text)
    expect(error.message).toContain(caFile)
  })

  test('of just the greatest length it is not', async () => {
    const caFile = join(folder, 'greatest.pem')
    writeFileSync(caFile, ca.padEnd(1024 * 1024, '\n'))
    expect(await sourceOf({ caFile })()).toHaveLength(1024 * 1024)
  })
})
