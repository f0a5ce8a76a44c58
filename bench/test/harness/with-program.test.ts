import { describe, expect, test } from '@jest/globals'
import { withProgram } from '../../src/harness/with-program.js'
import type { Kms } from '../../src/kms/kms.js'

const OPTIONS = { tls: false, latencyMs: 0 }

describe('withProgram', () => {
  test('gives what the program answers, and ends it at the end', async () => {
    const url = await withProgram('kms-server', OPTIONS, async ({ url }: Kms) => {
      expect((await fetch(url, { method: 'POST' })).status).toBe(400)
      return url
    })
    await expect(fetch(url)).rejects.toThrow()
  })

  test('keeps from the program what would change its Node', async () => {
    process.env.NODE_OPTIONS = '--require=there-is-no-such-module'
    try {
      await expect(withProgram('kms-server', OPTIONS, async () => 'started')).resolves.toBe('started')
    } finally {
      delete process.env.NODE_OPTIONS
    }
  })

  test('ends the program when its use fails', async () => {
    let used = ''
    const failing = withProgram('kms-server', OPTIONS, async ({ url }: Kms) => {
      used = url
      throw new Error('of the user')
    })
    await expect(failing).rejects.toThrow('of the user')
    await expect(fetch(used)).rejects.toThrow()
  })

  test('throws when the program ends without an answer, or gives none in time', async () => {
    const use = async () => undefined
    await expect(withProgram('nobody', {}, use)).rejects.toThrow('nobody ended with 1')
    await expect(withProgram('kms-server', OPTIONS, use, { patienceMs: 0 })).rejects.toThrow()
  })
})
