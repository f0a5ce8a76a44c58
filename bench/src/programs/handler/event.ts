/** What a function of AWS Lambda is given: the part that is signed. */
export interface Event {
  readonly body: string
}

export interface Answer {
  readonly statusCode: number
  readonly body: string
}

export function answerOf(signature: Uint8Array): Answer {
  return { statusCode: 200, body: Buffer.from(signature).toString('base64') }
}
