import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { assertPage, withFigures } from '../../src/report/page.js'
import { REPORT } from './results.js'

const PAGE = 'Before.\n\n<!-- figures -->\nold\n<!-- /figures -->\n\nAfter.\n'

describe('withFigures', () => {
  test('replaces what stands between the marks, and nothing else', () => {
    const page = withFigures(PAGE, REPORT)
    expect(page.startsWith('Before.\n\n<!-- figures -->\n')).toBe(true)
    expect(page.endsWith('\n<!-- /figures -->\n\nAfter.\n')).toBe(true)
    expect(page).not.toContain('old')
    expect(withFigures(page, REPORT)).toBe(page)
  })

  test.each([
    '| CPU | A CPU |',
    '| Node.js | v20.19.0 |',
    'Measured on 2026-11-22',
    '### CPU time\n\n`npm run bench -- cpu/aws`. It is counted.\n',
    '| **RS256, TLS on** |  |  |  |  |  |',
    '| trent-service, check off | raw AWS SDK | 0.150 (0.146–0.151) | ≤ 0.200 ✔ | 84.4 : 563 µs CPU | 15 |',
    '| core |  |  |  | 1.23 MB | 4 \\| 5 packages |',
  ])('says %j', (text) => {
    expect(withFigures(PAGE, REPORT)).toContain(text)
  })

  test.each(['no marks', '<!-- figures -->', '<!-- /figures --> <!-- figures -->', `${PAGE}${PAGE}`])(
    'refuses a page like %j',
    (page) => {
      expect(() => withFigures(page, REPORT)).toThrow('once, in this order')
      expect(() => assertPage(page)).toThrow('once, in this order')
    },
  )

  test('the page of this repository has its place', () => {
    expect(() => assertPage(readFileSync('docs/performance.md', 'utf8'))).not.toThrow()
  })
})
