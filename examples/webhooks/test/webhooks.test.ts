import 'reflect-metadata'
import assert from 'node:assert/strict'
import { generateKeyPairSync, sign } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { loadSigners } from '@signport/config'
import { createVerifier } from '@signport/core'
import { SIGNER, signerModule } from '@signport/inversify'
import { Container } from 'inversify'
import { createReceiver } from '../src/receiver.js'
import { SeenIds } from '../src/seen-ids.js'
import { createShop } from '../src/shop.js'
import { HEADER, signedContent, TOLERANCE } from '../src/webhook.js'

const ADDRESS = { port: 0, host: '127.0.0.1' }

/** What came to the receiver, so that it can be sent again with changes. */
interface Delivery {
  readonly headers: Record<string, string>
  readonly body: string
}

const newKeyPair = () =>
  generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  })

/** The key that the shop had before, which receivers still take. */
const former = newKeyPair()

const closing: (() => Promise<unknown>)[] = []
const events: unknown[] = []
const deliveries: Delivery[] = []
let shopUrl: string
let receiverUrl: string

const container = new Container()

before(async () => {
  container.load(signerModule(await loadSigners('signport.yaml'), { require: ['webhooks'] }))
  // A key that is made on demand is made by the first signature.
  await container.get(SIGNER('webhooks')).sign(Buffer.from('the first one'))
  const key = await container.get(SIGNER('webhooks')).publicKey()
  writeFileSync('shop.pem', key.toPem())

  const signers = await loadSigners('receiver.yaml')
  const verifiers = [
    createVerifier({ publicKey: former.publicKey, algorithm: 'ES256' }),
    signers.verifier('shop'),
  ]
  const receiver = createReceiver(verifiers, (event) => events.push(event))
  receiver.addHook('preHandler', async ({ headers, body }) => {
    const kept = [HEADER.id, HEADER.timestamp, HEADER.signature].map((name) => [name, String(headers[name])])
    deliveries.push({ headers: Object.fromEntries(kept), body: String(body) })
  })
  receiverUrl = `${await receiver.listen(ADDRESS)}/webhooks`
  const shop = createShop(container, receiverUrl)
  shopUrl = await shop.listen(ADDRESS)
  closing.push(
    () => shop.close(),
    () => receiver.close(),
    () => signers.close(),
    () => container.unbindAllAsync(),
  )
})

after(async () => {
  for (const close of closing) await close()
})

function post(url: string, body: string, headers: Record<string, string> = {}) {
  return fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body })
}

const deliver = ({ headers, body }: Delivery) => post(receiverUrl, body, headers)

/** A webhook as somebody makes it who has a key: signed by node:crypto. */
function signedBy(privateKey: string, body: string, id = `msg_${Math.random()}`): Delivery {
  const timestamp = String(Math.floor(Date.now() / 1000))
  const signature = sign('sha256', signedContent(id, timestamp, Buffer.from(body)), privateKey)
  const headers = {
    [HEADER.id]: id,
    [HEADER.timestamp]: timestamp,
    [HEADER.signature]: signature.toString('base64'),
  }
  return { headers, body }
}

async function order(item: string): Promise<Delivery> {
  assert.equal((await post(`${shopUrl}/orders`, JSON.stringify({ item }))).status, 201)
  const delivery = deliveries.at(-1)
  assert.ok(delivery)
  return delivery
}

test('an order reaches the subscriber', async () => {
  await order('a chair')
  assert.deepEqual(events.at(-1), { type: 'order.created', order: { item: 'a chair' } })
})

test('a delivery that comes twice is one event', async () => {
  const delivery = await order('a table')
  const before = events.length
  assert.equal((await deliver(delivery)).status, 204)
  assert.equal(events.length, before)
})

test('whatever was changed is refused', async () => {
  const { headers, body } = await order('a lamp')
  const before = events.length
  const later = String(Number(headers[HEADER.timestamp]) + 1)
  const changed: Delivery[] = [
    { headers, body: body.replace('lamp', 'yacht') },
    { headers, body: `${body} ` },
    { headers: { ...headers, [HEADER.id]: 'msg_other' }, body },
    { headers: { ...headers, [HEADER.timestamp]: later }, body },
    { headers: { ...headers, [HEADER.signature]: 'bm90IGEgc2lnbmF0dXJl' }, body },
    { headers: { ...headers, [HEADER.signature]: '' }, body },
  ]
  for (const delivery of changed) assert.equal((await deliver(delivery)).status, 401)
  assert.equal(events.length, before)
})

test('an old delivery is refused', async () => {
  const { headers, body } = await order('a bed')
  const old = String(Number(headers[HEADER.timestamp]) - TOLERANCE - 1)
  const hexadecimal = `0x${Number(headers[HEADER.timestamp]).toString(16)}`
  for (const timestamp of [old, hexadecimal, `+${headers[HEADER.timestamp]}`, 'soon', ''])
    assert.equal(
      (await deliver({ headers: { ...headers, [HEADER.timestamp]: timestamp }, body })).status,
      400,
    )
})

test('the former key is taken, and a foreign one is not', async () => {
  const event = { type: 'order.created', order: { item: 'a desk' } }
  assert.equal((await deliver(signedBy(former.privateKey, JSON.stringify(event)))).status, 204)
  assert.deepEqual(events.at(-1), event)
  assert.equal((await deliver(signedBy(newKeyPair().privateKey, JSON.stringify(event)))).status, 401)
})

test('what is no JSON is refused, whoever signed it', async () => {
  const before = events.length
  for (const body of ['{"type":', '', '\ufeff{}'])
    assert.equal((await deliver(signedBy(former.privateKey, body))).status, 400)
  assert.equal(events.length, before)
})

test('another kind of body is refused, and none', async () => {
  const { headers } = signedBy(former.privateKey, 'a text')
  const typed = { ...headers, 'content-type': 'text/plain' }
  assert.equal((await fetch(receiverUrl, { method: 'POST', headers: typed, body: 'a text' })).status, 415)
  assert.equal((await fetch(receiverUrl, { method: 'POST', headers })).status, 400)
})

test('ids are kept for as long as they are needed', () => {
  const seen = new SeenIds()
  seen.add('first', 300, 0)
  seen.add('second', 400, 300)
  assert.deepEqual([seen.has('first'), seen.has('second'), seen.size], [true, true, 2])
  seen.add('third', 500, 301)
  assert.deepEqual([seen.has('first'), seen.has('second'), seen.size], [false, true, 2])
})

test('a subscriber that is down is no affair of whoever ordered', async () => {
  const shop = createShop(container, 'http://127.0.0.1:1/webhooks')
  const url = `${await shop.listen(ADDRESS)}/orders`
  const answer = await post(url, '{"item":"a sofa"}')
  assert.deepEqual([answer.status, await answer.json()], [503, { error: 'try again later' }])
  assert.equal((await post(url, '{"item":')).status, 400)
  await shop.close()
})

test('the shop publishes its key', async () => {
  const pem = await (await fetch(`${shopUrl}/webhooks/key.pem`)).text()
  assert.match(pem, /^-----BEGIN PUBLIC KEY-----\n/)
})
