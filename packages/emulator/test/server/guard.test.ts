import { describe, expect, test } from '@jest/globals'
import { objection } from '../../src/server/guard.js'

const requestFor = (headers: object) => ({ headers }) as Parameters<typeof objection>[0]

describe('who is let in', () => {
  test.each([
    ['a name with the port', 'localhost:8080', 8080],
    ['an address with the port', '127.0.0.1:8080', 8080],
    ['a name on the port that clients leave out', 'localhost', 80],
    ['the same with the port', '[::1]:80', 80],
  ])('%s', (_, host, port) => {
    expect(objection(requestFor({ host }), port)).toBeUndefined()
  })

  test.each([
    ['no name', undefined, 80],
    ['a name without its port', 'localhost', 8080],
    ['a name that leads here', 'rebound.example', 80],
    ['another port', '127.0.0.1:80', 8080],
  ])('not %s', (_, host, port) => {
    expect(objection(requestFor({ host }), port)).toContain('Requests must be for this machine')
  })

  test.each(['null', '', 'https://example.com'])('not a web page, even of the origin %p', (origin) => {
    expect(objection(requestFor({ host: 'localhost:1', origin }), 1)).toContain('web pages')
  })
})
