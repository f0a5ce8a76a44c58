import { test } from '@jest/globals'
import * as core from '../src/index.js'
import * as kit from '../src/kit.js'
import { CHECKS } from './table/checks.js'

// `npm run mutate` shows that these checks see every change of the table.
test.each(Object.entries(CHECKS))('%s', async (_, check) => {
  await check({ core, kit })
})
