import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { SigningError } from '@signport/core'
import fc from 'fast-check'
import { fuzz } from '../src/fuzz.js'
import { type Parser, promise } from '../src/parser.js'

const folder = mkdtempSync(join(tmpdir(), 'signport-fuzz-test-'))
afterAll(() => rmSync(folder, { recursive: true }))

const refused = (message = 'It must be even.', details = {}) =>
  new SigningError('InvalidArgument', message, details)

/** Takes even numbers. What it does with 42 is what is looked for. */
function parserOf(with42: (input: number) => unknown, others: Partial<Parser> = {}): Parser {
  return {
    name: 'even',
    inputs: fc.integer({ min: 0, max: 60 }),
    read(input) {
      if (input === 42) return with42(input)
      if ((input as number) % 2 === 1) throw refused()
      return undefined
    },
    ...others,
  }
}

const thrower = (error: unknown) => () => {
  throw error
}

const wait = () => new Promise((resolve) => setTimeout(resolve, 1_100))
const run = (parser: Parser, count = 600) => fuzz(parser, { count, folder: '' })

test('A parser that keeps its promises passes, and is said to have accepted and refused', async () => {
  const { tried, accepted, refused } = await run(parserOf(() => undefined))
  expect([tried, accepted + refused]).toEqual([600, 600])
  expect(Math.min(accepted, refused)).toBeGreaterThan(200)
})

describe('What breaks a promise is found', () => {
  test.each([
    ['an error of another class', thrower(new Error('whatever')), /it threw Error: whatever/],
    ['something that is no error', thrower('whatever'), /it threw 'whatever'/],
    [
      'an error of Node',
      thrower(Object.assign(new TypeError('Wrong.'), { code: 'ERR_X' })),
      /an error of Node/,
    ],
    ['a TypeError of the engine', () => (undefined as never as string[]).length, /by accident/],
    ['a RangeError of the engine', () => 'x'.repeat(-1), /it threw RangeError/],
    ['no message', thrower(new TypeError('')), /says nothing/],
    [
      'a message that clears the screen',
      thrower(new TypeError('No: \u001b[2J')),
      /what no terminal should get/,
    ],
    ['a message that reorders itself', thrower(new TypeError('No: \u202e')), /what no terminal should get/],
    ['several lines where one is meant', thrower(new TypeError('No:\nyes')), /what no terminal should get/],
    ['a message of megabytes', thrower(new TypeError('x'.repeat(1e6))), /1000000 characters/],
    ['what is accepted in two forms', () => promise(false, 'it has two forms'), /it has two forms/],
    ['more than a second, each time', wait, /it took \d{4} ms/],
  ])('%s', async (_, with42, expected) => {
    await expect(run(parserOf(with42))).rejects.toThrow(expected)
  })

  test.each([
    ['in the message', refused('Not secret-of-42.')],
    ['in a member', refused('No.', { keyId: 'secret-of-42' })],
    ['in the cause', refused('No.', { cause: new Error('secret-of-42') })],
    ['in what an inspection shows', Object.assign(refused('No.'), { held: { deep: ['secret-of-42'] } })],
  ])('a secret %s', async (_, error) => {
    const parser = parserOf(thrower(error), { secretsIn: (input) => [`secret-of-${input}`] })
    await expect(run(parser)).rejects.toThrow(/what is secret \(secret-of-42\)/)
  })

  test('memory that is kept for each input', async () => {
    const kept: unknown[] = []
    const hoard = parserOf(() => undefined, { inputs: fc.integer({ min: 0, max: 1 }) })
    const parser: Parser = {
      ...hoard,
      read(input) {
        kept.push(new Uint8Array(512 * 1024))
        return hoard.read(input)
      },
    }
    await expect(run(parser, 400)).rejects.toThrow(/kept \d{8,} bytes/)
  })
})

describe('Inputs that test nothing are no test', () => {
  test('when all of them are refused', async () => {
    await expect(run(parserOf(() => undefined, { read: thrower(refused()) }))).rejects.toThrow(/accepted 0/)
  })

  test('when none of them is', async () => {
    await expect(run(parserOf(() => undefined, { read: () => undefined }))).rejects.toThrow(/refused none/)
  })
})

test('The least input that breaks a promise is told, with the command that comes to it again', async () => {
  const parser = parserOf(() => undefined, {
    inputs: fc.uint8Array(),
    read: (input) => promise((input as Uint8Array).length < 3, 'it is too long'),
  })
  await expect(fuzz(parser, { count: 300, folder })).rejects.toThrow(
    /^even broke its promise: it is too long\n/,
  )
  const finding = readFileSync(join(folder, 'even.finding'), 'utf8')
  expect(finding).toMatch(/^input: \{"hex":"000000"\}$/m)
  expect(finding).toMatch(/^again: npm run fuzz -- --seed \d+ --count 300 --only even$/m)
})

test('The latest input lies in the folder while it is read, and not after that', async () => {
  const seen = new Set<string>()
  const parser = parserOf(() => {
    seen.add(readFileSync(join(folder, 'even.latest'), 'utf8').split('\n', 1)[0] ?? '')
  })
  await fuzz(parser, { count: 600, folder })
  expect([...seen]).toEqual(['42'])
  expect(readdirSync(folder).filter((file) => file.endsWith('.latest'))).toEqual([])
})
