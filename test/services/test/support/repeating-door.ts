import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { decode, encode } from '../../../../packages/emulator/test/support/protobuf.js'

/** What of an answer names something, and goes into results, errors and logs. */
export type Identifier = 'requestId' | 'keyId' | 'keyVersion'

export type DoorProtocol = 'trent' | 'openapi' | 'instance'

/** How answers to calls that sign are changed. */
interface Repeating {
  readonly protocol: DoorProtocol
  readonly identifier: Identifier
  /** What stands in place of the identifier. */
  readonly text: string
  /** Whether the service refuses, which repeats it in its message, too. */
  readonly refuses: boolean
}

/** A server in front of a service that repeats in its identifiers what was said in confidence. */
export interface RepeatingDoor {
  readonly url: string
  /** From now on; as it is for undefined. */
  repeat(how: Repeating | undefined): void
  close(): Promise<void>
}

interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/** @param behind the address of the service, which does not check what is signed of the address */
export async function startRepeatingDoor(behind: string): Promise<RepeatingDoor> {
  let how: Repeating | undefined
  const server = createServer(async (asked, response) => {
    const answer = await forward(asked, behind)
    send(how && signs(asked) ? CHANGES[how.protocol](answer, how) : answer, response)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  return {
    url: `http://127.0.0.1:${port}`,
    repeat(next) {
      how = next
    },
    async close() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

/** By fetch: clients under test may watch the requests that this process makes by node:http. */
async function forward(asked: IncomingMessage, behind: string): Promise<Answer> {
  const { method = 'GET', url = '/', headers } = asked
  const { host, connection, 'content-length': _, ...rest } = headers
  const content = await buffer(asked)
  const answer = await fetch(new URL(url, behind), {
    method,
    headers: rest as Record<string, string>,
    ...(content.length > 0 && { body: content }),
  })
  const body = Buffer.from(await answer.arrayBuffer())
  return { status: answer.status, headers: Object.fromEntries(answer.headers), body }
}

function send({ status, headers, body }: Answer, response: ServerResponse): void {
  const { connection, 'content-length': _, ...rest } = headers
  response.writeHead(status, { ...rest, 'content-length': body.length }).end(body)
}

function signs({ headers, url = '' }: IncomingMessage): boolean {
  const name = headers['x-kms-apiname'] ?? headers['x-amz-target'] ?? url
  return /(?:^|\.)Sign$|Action=AsymmetricSign\b/.test(String(name))
}

const CHANGES: Record<DoorProtocol, (answer: Answer, how: Repeating) => Answer> = {
  trent: inTrent,
  openapi: inOpenapi,
  instance: inInstance,
}

const bytesOf = (content: object) => Buffer.from(JSON.stringify(content))

function inTrent({ status, headers, body }: Answer, { identifier, text: id, refuses }: Repeating): Answer {
  const members = JSON.parse(body.toString())
  const changed = identifier === 'requestId' ? { ...headers, 'x-amzn-requestid': id } : headers
  if (refuses)
    return { status: 500, headers: changed, body: bytesOf({ __type: 'KMSInternalException', message: id }) }
  const named = identifier === 'keyId' ? { ...members, KeyId: id } : members
  return { status, headers: changed, body: bytesOf(named) }
}

const OPENAPI_MEMBERS = { requestId: 'RequestId', keyId: 'KeyId', keyVersion: 'KeyVersionId' }

function inOpenapi({ status, headers, body }: Answer, { identifier, text: id, refuses }: Repeating): Answer {
  const members = JSON.parse(body.toString())
  const changed = identifier === 'requestId' ? { ...headers, 'x-acs-request-id': id } : headers
  const named = { ...members, [OPENAPI_MEMBERS[identifier]]: id }
  const refusal = { HttpStatus: 500, Code: 'InternalFailure', Message: id, RequestId: named.RequestId }
  return refuses
    ? { status: 500, headers: changed, body: bytesOf(refusal) }
    : { status, headers: changed, body: bytesOf(named) }
}

function inInstance({ status, headers, body }: Answer, { identifier, text: id, refuses }: Repeating): Answer {
  const fields = Object.fromEntries(decode(body)) as Record<number, Buffer>
  const requestId = identifier === 'requestId' ? id : fields[3]
  const changed = identifier === 'keyVersion' ? { ...headers, 'x-kms-migrationkeyversionid': id } : headers
  if (refuses) return { status: 500, headers, body: encode({ 2: 'InternalFailure', 3: id, 4: requestId }) }
  const named = identifier === 'keyId' ? { ...fields, 1: id } : fields
  return { status, headers: changed, body: encode({ ...named, 3: requestId }) }
}
