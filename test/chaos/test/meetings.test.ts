import { expect, test } from '@jest/globals'
import { createMeetings } from '../src/meetings.js'

test('what requests have met is kept by the name of the key, in its order, until it is taken', () => {
  const meetings = createMeetings()
  const met = (keyId: string, code: string) => ({ keyId, operation: 'Sign', fault: undefined, code })
  meetings.note(met('alias/a', '1'))
  meetings.note(met('alias/b', '2'))
  meetings.note(met('acs:kms:us-east-1:111122223333:alias/a', '3'))
  expect(meetings.take('alias/a').map(({ code }) => code)).toEqual(['1', '3'])
  expect(meetings.take('alias/a')).toEqual([])
  expect(meetings.take('alias/b').map(({ code }) => code)).toEqual(['2'])
})
