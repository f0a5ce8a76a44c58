import { inspect } from 'node:util'
import { describe, expect, test } from '@jest/globals'
import { SigningError } from '@signport/core'
import fc from 'fast-check'
import { expandText } from '../src/expansion.js'
import { readConfiguration } from '../src/index.js'
import { withoutExpansions } from '../src/redaction.js'
import { testFolder } from './support/folder.js'

const folder = testFolder()
const text = fc.oneof(fc.string(), fc.string({ unit: 'binary' }))
const name = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,8}$/)

/** Reading ends with a configuration or with the one error of a mistake. */
async function readsOrRefuses(source: string | object, env = {}): Promise<string> {
  try {
    const { entries } = await readConfiguration(source, { env })
    return inspect(entries)
  } catch (error) {
    if (error instanceof TypeError || SigningError.is(error, 'Configuration'))
      return inspect(error, { depth: 10 })
    throw error
  }
}

describe('the expansion of variables', () => {
  test('leaves what has no ${ as it is', () => {
    fc.assert(
      fc.property(text, (value) => {
        fc.pre(!value.includes(`\${`))
        expect(expandText(value, {})).toEqual({ value, used: [] })
      }),
    )
  })

  test('puts values in their places, and does not look at them again', () => {
    const part = fc.oneof(
      text.filter((value) => !/[$]/.test(value)).map((value) => [value, value] as const),
      fc.constant([`$\${`, `\${`] as const),
      fc
        .tuple(name, fc.string({ minLength: 1 }))
        .map(([name, value]) => [`\${${name}}`, value, name] as const),
    )
    fc.assert(
      fc.property(fc.array(part), (parts) => {
        const env = Object.fromEntries(
          parts.flatMap(([, value, name]) => (name === undefined ? [] : [[name, value]])),
        )
        const expected = parts.map(([, value, name]) => (name === undefined ? value : env[name])).join('')
        expect(expandText(parts.map(([source]) => source).join(''), env).value).toBe(expected)
      }),
    )
  })

  test('takes nothing from the prototype of the environment', () => {
    for (const name of ['constructor', '__proto__', 'toString'])
      expect(expandText(`\${${name}}`, {}).problem).toBe(`the environment variable ${name} is not set`)
  })

  test('never shows a value in an error', async () => {
    const option = fc.constantFrom(
      'provider',
      'key',
      'algorithm',
      'region',
      'endpoint',
      'profile',
      'check',
      'kid',
      'thumbprint',
    )
    await fc.assert(
      fc.asyncProperty(
        fc.array(option, { minLength: 1 }),
        fc.constantFrom('', '/', ' ', '!'),
        async (options, end) => {
          const given = Object.fromEntries(options.map((option) => [option, `\${HIDDEN}${end}`]))
          const entry = { provider: 'aws-kms', key: 'k', algorithm: 'ES256', ...given }
          const shown = await readsOrRefuses({ signers: { a: entry } }, { HIDDEN: 'Zq7-hidden-value' })
          if (shown.includes('Error')) expect(shown.toLowerCase()).not.toContain('zq7')
        },
      ),
      { numRuns: 200 },
    )
  })

  test('shows no part of an address or a key in an error', async () => {
    const word = fc.stringMatching(/^zq[a-z0-9]{3,9}$/)
    const host = fc.array(word, { minLength: 2, maxLength: 4 }).map((labels) => labels.join('.'))
    const value = fc.oneof(
      fc
        .tuple(
          fc.constantFrom('http', 'https', 'HTTPS'),
          host,
          fc.integer({ min: 10_000, max: 65_535 }),
          word,
        )
        .map(([scheme, host, port, path]) => `${scheme}://${host.toUpperCase()}:${port}/${path}?zq=${path}`),
      fc
        .tuple(word, fc.integer({ min: 10 ** 11, max: 10 ** 12 - 1 }), word)
        .map(([region, account, key]) => `arn:aws:kms:${region}:${account}:key/${key}`),
      fc.tuple(host, word).map(([host, key]) => `${host}/${key}`),
    )
    const entry = fc
      .tuple(
        fc.constantFrom(
          { provider: 'aws-kms', region: 'eu-west-1' },
          { provider: 'trent-service', region: 'eu-west-1' },
          { provider: 'alibaba-kms', transport: 'openapi', region: 'cn-hangzhou' },
          { provider: 'local' },
        ),
        fc.subarray(
          ['key', 'endpoint', 'region', 'thumbprint', 'publicKey', 'network', 'caFile', 'keyVersion'],
          {
            minLength: 1,
          },
        ),
        fc.constantFrom(`\${ZQ}`, `\${ZQ} `, `\${ZQ}/b`, `http://\${ZQ}`, `a\${ZQ}`),
      )
      .map(([entry, options, text]) => ({
        ...{ key: 'k', algorithm: 'ES256' },
        ...entry,
        ...Object.fromEntries(options.map((option) => [option, text])),
      }))
    let refused = 0
    await fc.assert(
      fc.asyncProperty(entry, value, async (entry, value) => {
        const shown = await readsOrRefuses({ signers: { a: entry } }, { ZQ: value })
        if (!shown.includes('Error')) return
        refused++
        expect(shown.replaceAll(`\${ZQ}`, '').toLowerCase()).not.toContain('zq')
        for (const [number = ''] of value.matchAll(/\d{5,}/g)) expect(shown).not.toContain(number)
      }),
      { numRuns: 500 },
    )
    expect(refused).toBeGreaterThan(100)
  })

  test('is taken back from any message', () => {
    const value = fc
      .string({ minLength: 9 })
      .filter((value) => !`\${NAME}is not valid with the value of`.includes(value.slice(0, 8)))
    fc.assert(
      fc.property(value, text, text, (value, before, after) => {
        const shown = withoutExpansions(`${before}${value}${after}`, [{ source: `\${NAME}`, value }])
        fc.pre(!before.includes(value.slice(0, 8)) && !after.includes(value.slice(0, 8)))
        expect(shown).not.toContain(value)
      }),
    )
  })
})

describe('the times of a rotation', () => {
  const lengths = fc.record({
    cache: fc.integer({ min: 1, max: 10 ** 6 }),
    wait: fc.integer({ min: -5, max: 5 }),
  })
  const zone = fc.tuple(fc.integer({ min: -23, max: 23 }), fc.integer({ min: 0, max: 59 }))
  const second = fc.integer({ min: Date.UTC(1970, 0) / 1000, max: Date.UTC(9990, 0) / 1000 })

  /** The same time with the clock of another zone, written by hand. */
  function inZone(seconds: number, [hours, minutes]: [number, number]): string {
    const sign = hours < 0 ? -1 : 1
    const offset = sign * (Math.abs(hours) * 60 + minutes)
    const local = new Date((seconds + offset * 60) * 1000).toISOString().slice(0, 19)
    const digits = (number: number) => String(Math.abs(number)).padStart(2, '0')
    return `${local}${sign < 0 ? '-' : '+'}${digits(hours)}:${digits(minutes)}`
  }

  test('are the same in every zone, to the second', async () => {
    await fc.assert(
      fc.asyncProperty(second, zone, zone, lengths, async (published, one, other, { cache, wait }) => {
        const next = {
          ...{ provider: 'local', key: 'l', algorithm: 'ES256' },
          published: inZone(published, one),
          activateAt: inZone(published + cache + 60 + wait, other),
        }
        const active = { provider: 'local', key: 'k', algorithm: 'ES256' }
        const tokens = { cacheLifetime: `${cache}s`, tokenLifetime: '1h', active, next }
        const shown = await readsOrRefuses({ signers: { tokens } })
        expect(shown.includes('is too early')).toBe(wait < 0)
        expect(shown.includes('Error')).toBe(wait < 0)
      }),
      { numRuns: 200 },
    )
  })
})

describe('whatever comes, reading ends with a configuration or with a mistake', () => {
  const token = fc.constantFrom(
    ...[
      'signers',
      ':',
      ': ',
      '\n',
      '\n  ',
      '\n    ',
      '- ',
      '{',
      '}',
      '[',
      ']',
      ', ',
      '"',
      "'",
      '|',
      '>',
      '#',
      '&a ',
      '*a',
    ],
    ...[
      '!',
      '!!str ',
      '<<',
      '? ',
      '---',
      '...',
      '%',
      '@',
      '\t',
      'provider',
      'local',
      'key',
      'aws-kms',
      `\${A}`,
      '1',
      'null',
      'active',
      'retired',
      'cacheLifetime',
      '1h',
      'published',
      '2026-12-01T09:00:00Z',
    ],
  )

  test('as YAML', async () => {
    const yaml = fc.array(fc.oneof({ weight: 9, arbitrary: token }, text)).map((parts) => parts.join(''))
    await fc.assert(
      fc.asyncProperty(yaml, async (yaml) => {
        await readsOrRefuses(folder.write('any.yaml', yaml))
      }),
      { numRuns: 500 },
    )
  })

  test('as JSON', async () => {
    await fc.assert(
      fc.asyncProperty(fc.json(), async (json) => {
        await readsOrRefuses(folder.write('any.json', json))
        await readsOrRefuses(folder.write('any.json', `{"signers": {"a": ${json}}}`))
      }),
      { numRuns: 300 },
    )
  })

  test('as bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array(), async (bytes) => {
        await readsOrRefuses(folder.write('any.yaml', bytes))
      }),
      { numRuns: 200 },
    )
  })

  test('as an object', async () => {
    const anything = fc.anything({ withNullPrototype: true, withDate: true, withMap: true, withBigInt: true })
    const provider = fc.constantFrom(
      'local',
      'aws-kms',
      'trent-service',
      'alibaba-kms',
      'public-key',
      '__proto__',
    )
    const entry = fc
      .tuple(provider, anything, fc.object())
      .map(([provider, key, more]) => ({ ...more, provider, key }))
    await fc.assert(
      fc.asyncProperty(fc.oneof(anything, entry), async (value) => {
        await readsOrRefuses({ signers: { a: value } })
        await readsOrRefuses({ signers: value })
        if (typeof value === 'object' && value !== null) await readsOrRefuses(value)
      }),
      { numRuns: 500 },
    )
  })

  test('as a rotation', async () => {
    const anything = fc.anything({ withNullPrototype: true, withDate: true, withMap: true, withBigInt: true })
    const duration = fc.oneof(fc.stringMatching(/^[0-9]{1,14}[smhdwy]?$/), fc.constant(`\${A}`), anything)
    const time = fc.oneof(
      fc.date({ noInvalidDate: false }),
      fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
      fc.stringMatching(/^2026-[0-3]\d-[0-3]\dT[0-2]\d:[0-6]\d:[0-6]\d(Z|[+-][0-2]\d:[0-6]\d)$/),
      fc.constant(`\${A}`),
      anything,
    )
    const provider = fc.constantFrom('local', 'public-key', 'aws-kms', `\${A}`)
    const times = { published: time, activateAt: time, retiredAt: time }
    const key = fc.record(
      { provider, key: fc.constantFrom('k', 'l', ''), algorithm: fc.constant('ES256'), ...times },
      { requiredKeys: [] },
    )
    const rotation = fc.record(
      {
        cacheLifetime: duration,
        tokenLifetime: duration,
        clockTolerance: duration,
        active: fc.oneof(key, anything),
        next: fc.oneof(key, anything),
        retired: fc.oneof(fc.array(key), anything),
        more: anything,
      },
      { requiredKeys: [] },
    )
    await fc.assert(
      fc.asyncProperty(rotation, async (rotation) => {
        await readsOrRefuses({ signers: { a: rotation } }, { A: '1h' })
      }),
      { numRuns: 300 },
    )
  })

  test.each<[string, string]>([
    ['brackets without end', '['.repeat(1_000_000)],
    ['braces without end', '{a: '.repeat(200_000)],
    ['lists in lists', `${'- '.repeat(400_000)}x`],
    ['maps as names', '? '.repeat(400_000)],
  ])('as %s, and does not exhaust the process', async (_, yaml) => {
    expect(await readsOrRefuses(folder.write('deep.yaml', yaml))).toContain(
      'is nested more than 32 levels deep.',
    )
  })

  test('and a configuration may be as deep as that', async () => {
    const levels = '['.repeat(20) + ']'.repeat(20)
    const file = folder.write('levels.yaml', `signers: {a: {provider: local, key: k, generate: ${levels}}}`)
    expect(await readsOrRefuses(file)).toContain('generate: must be true, false or always, not a list.')
  })
})
