import { readdirSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { signatureTables, table } from '../src/matrix.js'
import { committedDocument, matrixDocument } from '../src/matrix-document.js'
import { matrixParts } from '../src/matrix-parts.js'
import { signedRows } from '../src/signed-matrix.js'
import { TOKEN_PROVIDERS } from '../src/token-providers.js'
import { absenceOf, VERIFIER_NAMES } from '../src/verifiers.js'

/** Every cell that somebody can verify. */
const CELLS = TOKEN_PROVIDERS.flatMap((provider) =>
  signedRows(provider).flatMap(({ algorithm, title }) =>
    VERIFIER_NAMES.filter((verifier) => !absenceOf(verifier, algorithm)).map((verifier) => ({
      provider,
      title,
      verifier,
    })),
  ),
)

describe('docs/interop.md', () => {
  test('has the versions and the findings of the sources: npm run interop:write writes it', () => {
    expect(committedDocument()).toBe(matrixDocument(() => true))
  })

  test('says of each cell by itself whether it was verified', () => {
    expect(CELLS.length).toBeGreaterThan(100)
    const tables = CELLS.map((cell) =>
      signatureTables(
        (provider, { title }, verifier) =>
          !(provider === cell.provider && title === cell.title && verifier === cell.verifier),
      ),
    )
    expect(new Set(tables).size).toBe(CELLS.length)
    for (const each of tables) expect(each.split('**not verified**')).toHaveLength(2)
    expect(signatureTables(() => true)).not.toContain('not verified')
  })
})

describe('the versions', () => {
  test('are those of all parts, each with one number', () => {
    const parts = matrixParts()
    expect(parts.map(({ name }) => name)).toEqual(readdirSync('test/interop/parts').toSorted())
    for (const { versions } of parts) {
      expect(versions.length).toBeGreaterThan(0)
      for (const version of versions) expect(version).toMatch(/^\S+ v?\d[\w.+-]*$/)
    }
  })

  test('are of what is asked for, not of all that it brings', () => {
    const named = matrixParts().map(({ name, versions }) => [
      name,
      versions.map((each) => each.split(' ')[0]),
    ])
    expect(Object.fromEntries(named)).toMatchObject({
      cryptography: ['cryptography', 'pyjwt'],
      'local-kms': ['github.com/nsmithuk/local-kms'],
      verifier: [
        'github.com/cloudflare/circl',
        'github.com/decred/dcrd/dcrec/secp256k1/v4',
        'github.com/emmansun/gmsm',
      ],
    })
  })
})

test('a table in Markdown keeps what is in its cells within them', () => {
  expect(table(['', 'b'], [['a | b', 'two\nlines']])).toBe('|  | b |\n|---|---|\n| a \\| b | two lines |')
})
