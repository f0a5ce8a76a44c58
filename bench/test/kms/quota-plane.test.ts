import { expect, test } from '@jest/globals'
import type { Plane, Reply } from '../../src/kms/plane.js'
import { COUNTS_PATH, withinQuota } from '../../src/kms/quota-plane.js'

const SIGNED: Reply = { status: 200, headers: {}, body: Buffer.from('signed') }
const plane: Plane = ({ url }) => (url === '/' ? SIGNED : undefined)

const ask = (limited: Plane, url: string) =>
  limited({ method: 'POST', url, headers: {}, body: Buffer.alloc(0) }) as Reply

test('what is too much is throttled, what is wrong takes nothing of the quota, and all is counted', () => {
  let now = 0
  const limited = withinQuota(plane, { perSecond: 10, burst: 2 }, () => now)
  expect(ask(limited, '/wrong').status).toBe(400)
  expect([ask(limited, '/'), ask(limited, '/')]).toEqual([SIGNED, SIGNED])
  expect(JSON.parse(ask(limited, '/').body.toString())).toMatchObject({ __type: 'ThrottlingException' })
  now = 100
  expect(ask(limited, '/')).toBe(SIGNED)
  for (const _ of ['once', 'again'])
    expect(JSON.parse(ask(limited, COUNTS_PATH).body.toString())).toEqual({
      signed: 3,
      throttled: 1,
      refused: 1,
    })
})
