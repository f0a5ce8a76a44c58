import { describe, expect, test } from '@jest/globals'
import { withoutExpansions } from '../src/redaction.js'

const SOURCE = `\${V}`
const WHOLE = `is not valid with the value of ${SOURCE}`

describe('a message without the values of variables', () => {
  test.each<[string, string, string, string]>([
    ['the whole value', 'a secret/value', `no 'a secret/value' here`, `no '${SOURCE}' here`],
    ['in another case', 'KMS.Example', 'no kms.example here', `no ${SOURCE} here`],
    ['a long one within a word', 'hidden-value', 'xhidden-valuex', `x${SOURCE}x`],
    ['escaped as printable text', 'a\tb\tc', 'no a\\u{9}b\\u{9}c', `no ${SOURCE}`],
    ['escaped as JSON', 'say "please"', 'got {"a":"say \\"please\\""}', `got {"a":"${SOURCE}"}`],
    ['cut', 'x1'.repeat(40), `no ${'x1'.repeat(10)}…`, `no ${SOURCE}`],
    ['cut at another length', 'x1'.repeat(40), `no ${'x1'.repeat(6)}…`, WHOLE],
    ['a host', 'http://kms.corp:8080/a', 'no kms.corp here', `no ${SOURCE} here`],
    ['a host and its port', 'http://kms.corp:8080/a', 'no kms.corp:8080 here', `no ${SOURCE} here`],
    ['a host in ASCII', 'https://bücher.corp', 'no xn--bcher-kva.corp here', `no ${SOURCE} here`],
    ['a part of a path', 'alias/orders/2026', 'the key orders', `the key ${SOURCE}`],
    ['a part of an ARN', 'arn:aws:kms:us-east-1:111122223333:key/1', 'in us-east-1', `in ${SOURCE}`],
    ['a part of a query', 'https://a.b/c?pin=4711', 'no 4711', `no ${SOURCE}`],
    ['a short value between quotes', 'no', `no 'no'`, `no '${SOURCE}'`],
    [
      'of several variables, the longest first',
      'abcd:abcd/efgh',
      'abcd:abcd/efgh abcd',
      `${SOURCE} ${SOURCE}`,
    ],
  ])('hides %s', (_, value, message, shown) => {
    expect(withoutExpansions(message, [{ source: SOURCE, value }])).toBe(shown)
  })

  test.each<[string, string, string]>([
    ['a word that a value is a part of', 'rate', 'must be generated'],
    ['a word that a part is a part of', 'a/rate/b', 'must be generated'],
    ['what addresses begin with', 'https://kms.corp', 'must be https:// or http://'],
    ['what ARNs begin with', 'arn:aws:kms:eu-west-1:1:key/1', 'must begin with arn:aws:kms:'],
    ['what aliases begin with', 'alias/orders', 'must be an id or alias/NAME'],
    ['a short word', 'no', 'there is no key'],
    ['a word that a value begins with', 'environment-4711', 'the environment is not set'],
    ['everything, where nothing was expanded', '', 'must be text'],
  ])('leaves %s', (_, value, message) => {
    expect(withoutExpansions(message, value === '' ? [] : [{ source: SOURCE, value }])).toBe(message)
  })

  test('leaves what stands in the configuration beside a variable', () => {
    const expansions = [
      { source: `ftps://\${V}:8080/keys`, value: 'ftps://kms.corp:8080/keys' },
      { source: SOURCE, value: 'kms.corp' },
    ]
    const message = 'no ftps at kms.corp:8080 for keys'
    expect(withoutExpansions(message, expansions)).toBe(`no ftps at ftps://\${V}:8080/keys for keys`)
  })

  test('names all variables where it is replaced as a whole', () => {
    const expansions = [
      { source: `\${A}`, value: 'a1b2c3d4e5f6' },
      { source: `\${B}/\${A}`, value: 'b/a1b2c3d4e5f6' },
    ]
    expect(withoutExpansions('no a1b2c3d4e', expansions)).toBe(`is not valid with the value of \${A}`)
  })

  test('takes many parts without delay', () => {
    const value = Array.from({ length: 100_000 }, (_, index) => `part${index}`).join('/')
    expect(withoutExpansions('no part99999', [{ source: SOURCE, value }])).toBe(`no ${SOURCE}`)
  })
})
