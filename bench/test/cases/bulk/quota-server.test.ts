import { expect, test } from '@jest/globals'
import { type Offer, offerOfSdk, offerOfSignport } from '../../../src/cases/bulk/offer.js'
import { type QuotaServer, withQuotaServer } from '../../../src/cases/bulk/quota-server.js'
import { assertSigned, createSigningBatch } from '../../../src/cases/bulk/signing-batch.js'
import { awsFloor } from '../../../src/clients/aws-floor.js'
import type { Quota } from '../../../src/kms/kms.js'

/** So slow that no token comes back while a test lasts. */
const few = (burst: number): Quota => ({ perSecond: 0.0001, burst })

test('what is sent by hand and what signMany sends is signed, and counted', async () => {
  await withQuotaServer({ latencyMs: 0, quota: few(100) }, async (server) => {
    const bare = awsFloor(server, 'RS256')
    const batch = createSigningBatch(server, { concurrency: 2 })
    try {
      assertSigned(server, bare.signatureOf(await bare.once()))
      assertSigned(server, await batch.sign())
      expect(await batch.signMany(5)).toEqual([])
      expect(await server.counts()).toEqual({ signed: 7, throttled: 0, refused: 0 })
    } finally {
      bare.close?.()
      await batch.close()
    }
  })
})

test('another request than the one that is expected is refused', async () => {
  await withQuotaServer({ latencyMs: 0, quota: few(100) }, async (server) => {
    const { status } = await fetch(server.url, { method: 'POST', body: '{}' })
    expect(status).toBe(400)
    const stranger = awsFloor({ ...server, message: 'AAAA' }, 'RS256')
    await expect(stranger.once()).rejects.toThrow('400')
    stranger.close?.()
    expect(await server.counts()).toEqual({ signed: 0, throttled: 0, refused: 2 })
  })
})

test.each<[string, (server: QuotaServer) => Offer]>([
  ['Signport', (server) => offerOfSignport(server, 2, 1_000)],
  ['the SDK with standard retries', (server) => offerOfSdk(server, 2, 'standard')],
  ['the SDK with adaptive retries', (server) => offerOfSdk(server, 2, 'adaptive')],
])('%s has signed what the quota permits, and says how many failed', async (_, offerOf) => {
  await withQuotaServer({ latencyMs: 0, quota: few(4) }, async (server) => {
    const offer = offerOf(server)
    try {
      assertSigned(server, await offer.sign())
      expect(await offer.signMany(3)).toBe(0)
      expect(await server.counts()).toEqual({ signed: 4, throttled: 0, refused: 0 })
      expect(await offer.signMany(1)).toBe(1)
      expect(await server.counts()).toEqual({ signed: 4, throttled: 3, refused: 0 })
    } finally {
      await offer.close()
    }
  })
})

test('a failure that is no throttling is none of the results', async () => {
  const gone = await withQuotaServer({ latencyMs: 0, quota: few(100) }, async (server) => server)
  for (const offer of [offerOfSignport(gone, 1, 1_000), offerOfSdk(gone, 1, 'standard')]) {
    await expect(offer.signMany(1)).rejects.toThrow()
    await offer.close()
  }
})
