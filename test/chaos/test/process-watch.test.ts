import { expect, test } from '@jest/globals'
import { watchProcess } from '../src/process-watch.js'

test('rejections that nobody handled and warnings are noticed, until it stops', () => {
  const watch = watchProcess()
  process.emit('unhandledRejection', new Error('nobody cares'), Promise.resolve())
  process.emit('warning', new Error('be careful'))
  watch.stop()
  process.emit('warning', new Error('too late'))
  expect(watch.defects()).toEqual([
    expect.stringContaining('a rejection that nobody handled: Error: nobody cares'),
    'a warning: Error: be careful',
  ])
})

test('that the SDK of AWS will give up a version of Node is nothing to complain of', () => {
  const watch = watchProcess()
  process.emit('warning', new Error('NodeVersionSupportWarning: The AWS SDK will require a newer one'))
  watch.stop()
  expect(watch.defects()).toEqual([])
})
