import { isErrorAnswer, parseMembers } from '@signport/trent-service/protocol'

/** No answer of Sign or GetPublicKey is near this. In bytes. */
const MAX_ANSWER_BYTES = 256 * 1024

/** What went over the wire for one command: what the SDK's errors leave open, or say only in their text. */
export interface Exchange {
  /** The client runs the middleware of commands, as the SDK's does: what follows can be relied on. */
  watched?: true
  /** Who is asked, with the port. */
  host?: string
  /** The headers of the latest request, once there is one. */
  request?: Headers
  /** The latest answer, once all of it is there. */
  answer?: { readonly status: number; readonly headers: Headers }
  /** The headers of an answer that was longer than any can be, so that its rest was not read. */
  tooLong?: Headers
}

/** As the SDK has them: names in lower case. */
export type Headers = Readonly<Record<string, string | undefined>>

/** As the SDK has it from its handler of requests. */
export interface Response {
  statusCode: number
  readonly headers: Headers
  body: AsyncIterable<Uint8Array> | Uint8Array | undefined
}

/** Who signed a request. */
export function identityIn(headers: Headers): { accessKeyId: string; sessionToken: string | undefined } {
  const [, accessKeyId = ''] = /Credential=([^/]+)\//.exec(headers.authorization ?? '') ?? []
  return { accessKeyId, sessionToken: headers['x-amz-security-token'] }
}

/** Reads an answer in place of the SDK, which would read on without end. */
export async function receive(response: Response, exchange: Exchange): Promise<void> {
  const { statusCode: status, headers, body } = response
  if (body !== undefined && !ArrayBuffer.isView(body)) {
    response.body = await bytesOf(body, () => {
      exchange.tooLong = headers
    })
  }
  exchange.answer = { status, headers }
  // The SDK looks at the status alone, and would make an answer without members of it.
  if (status < 300 && isRefusal(response)) response.statusCode = 400
}

function isRefusal({ headers, body }: Response): boolean {
  const members = body instanceof Uint8Array ? parseMembers(body) : undefined
  return isErrorAnswer(members ?? {}, headers['x-amzn-errortype'])
}

async function bytesOf(body: AsyncIterable<Uint8Array>, onTooLong: () => void): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of body) {
    length += chunk.length
    if (length > MAX_ANSWER_BYTES) {
      onTooLong()
      // Leaving the loop destroys the stream, and its connection with it.
      throw new Error('The answer is too long.')
    }
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
