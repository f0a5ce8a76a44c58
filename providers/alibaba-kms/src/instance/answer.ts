import type { IncomingHttpHeaders } from 'node:http'
import type { Message } from '@bufbuild/protobuf'
import type { GenMessage } from '@bufbuild/protobuf/codegenv2'
import type { MessageType, SigningError } from '@signport/core'
import { type HttpAnswer, MAX_ANSWER_BYTES } from '@signport/core/http'
import { type ClockSkew, type DatedHeaders, printable, readRetryAfter } from '@signport/core/kit'
import { isRedirection, redirected } from '../answer-head.js'
import { invalidAnswer } from '../failure.js'
import {
  GetPublicKeyResponseSchema,
  RefusalSchema,
  type SignResponse,
  SignResponseSchema,
} from '../generated/instance_pb.js'
import { isName } from '../key-id.js'
import { redactId } from '../redact.js'
import { correctable, refusalError } from '../refusal.js'
import { KEY_VERSION_HEADER } from './authorization.js'
import { readMessage, WireFormatError } from './wire-format.js'

/** What was asked. */
export interface Question {
  readonly url: URL
  readonly keyId: string
  /** What is signed, and how. */
  readonly message: Uint8Array | undefined
  readonly algorithm: string | undefined
  /** What the request was signed with. */
  readonly credentials: () => readonly string[]
  /** The same and the message: all that must not be in an error. */
  readonly secrets: () => readonly string[]
  /** What the headers of an answer tell of the clock that the request was made by. */
  readonly learnTime: (headers: DatedHeaders) => ClockSkew
}

/** What Sign answered. */
export interface SignAnswer {
  readonly signature: Uint8Array
  readonly keyId: string | undefined
  readonly keyVersion: string | undefined
  readonly algorithm: string | undefined
  readonly messageType: MessageType | undefined
  readonly requestId: string | undefined
}

/** What GetPublicKey answered. */
export interface KeyAnswer {
  readonly publicKey: string
  readonly keyId: string | undefined
  readonly keyVersion: string | undefined
}

const TOO_LARGE = `send its digest, with messageType 'auto', or lower maxBodyBytes`

const MESSAGE_TYPES: ReadonlyMap<string, MessageType> = new Map([
  ['RAW', 'raw'],
  ['DIGEST', 'digest'],
])

/** @throws SigningError by the service's own code; `InvalidResponse` for what is no answer */
export function readSignAnswer(raw: HttpAnswer, question: Question): SignAnswer {
  const answer = readAnswer(SignResponseSchema, raw, question)
  if (answer.signature.length === 0) throw without('signature', question, answer.requestId)
  return {
    // The library may share memory with the body.
    signature: new Uint8Array(answer.signature),
    ...keyOf(answer, raw, question),
    algorithm: algorithmOf(answer, question),
    messageType: messageTypeOf(answer, question),
    requestId: shownOf(answer.requestId, question.credentials(), question.message),
  }
}

/** @throws SigningError as above */
export function readKeyAnswer(raw: HttpAnswer, question: Question): KeyAnswer {
  const answer = readAnswer(GetPublicKeyResponseSchema, raw, question)
  if (answer.publicKey === '') throw without('public key', question, answer.requestId)
  return { publicKey: answer.publicKey, ...keyOf(answer, raw, question) }
}

/** Which key answered. With an alias nobody compares that with what was asked for. */
function keyOf(
  { keyId, requestId }: Pick<SignResponse, 'keyId' | 'requestId'>,
  { headers }: HttpAnswer,
  question: Question,
): { readonly keyId: string | undefined; readonly keyVersion: string | undefined } {
  const keyVersion = versionOf(headers)
  for (const name of [keyId, keyVersion])
    if (name && !isName(name, question.keyId, question.secrets))
      throw invalid('answered with something else than the name of a key', question, requestId)
  return { keyId: keyId || undefined, keyVersion }
}

/** Not without the message: that may be the name of an algorithm. */
const algorithmOf = ({ algorithm }: SignResponse, asked: Question) =>
  algorithm === asked.algorithm ? algorithm : shownOf(algorithm, asked.credentials())

function messageTypeOf(
  { messageType, requestId }: SignResponse,
  question: Question,
): MessageType | undefined {
  const known = MESSAGE_TYPES.get(messageType)
  if (known || messageType === '') return known
  throw invalid(
    `says that it signed a message of the type ${shownOf(messageType, question.secrets())}`,
    question,
    requestId,
  )
}

function versionOf(headers: IncomingHttpHeaders): string | undefined {
  const value = headers[KEY_VERSION_HEADER]
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** The message of a success; everything else is an error. */
function readAnswer<T extends Message>(schema: GenMessage<T>, raw: HttpAnswer, question: Question): T {
  const { status, body } = raw
  if (isRedirection(raw)) throw redirected(raw, question.url, question.secrets())
  if (status < 200 || status >= 300) throw refusal(raw, question)
  if (!body) throw invalid(`answered with more than ${MAX_ANSWER_BYTES} bytes`, question)
  try {
    return readMessage(schema, body)
  } catch (error) {
    const why = error instanceof WireFormatError ? `: ${error.message}` : ''
    throw invalid(`answered with what is no message of its API${why}`, question)
  }
}

/** What stands in front of an instance refuses as well, in ways of its own: then the status is all that is known. */
function refusal({ status, headers, body }: HttpAnswer, question: Question): SigningError {
  const said = readRefusal(body)
  const retryAfterMs = readRetryAfter(headers)
  const code = said?.errorCode || undefined
  const skew = correctable(code) === 'time' ? question.learnTime(headers) : undefined
  return refusalError({
    keyId: question.keyId,
    code,
    status,
    skew,
    message: said?.errorMessage || undefined,
    requestId: said?.requestId || undefined,
    retryAfterMs,
    secrets: question.secrets(),
    tooLarge: TOO_LARGE,
  })
}

function readRefusal(body: Buffer | undefined) {
  try {
    return body && readMessage(RefusalSchema, body)
  } catch {
    return undefined
  }
}

/** A name that goes into results and errors; undefined where there is none. */
const shownOf = (name: string, secrets: readonly string[], message?: Uint8Array) =>
  name === '' ? undefined : redactId(name, secrets, message)

function without(what: string, question: Question, requestId: string): SigningError {
  return invalid(`answered without an error, but without a ${what}`, question, requestId)
}

function invalid(what: string, question: Question, requestId = ''): SigningError {
  const { url, keyId } = question
  const id = shownOf(requestId, question.secrets())
  return invalidAnswer(
    `${printable(url.host)} ${what}, for the key ${printable(keyId)}: check the endpoint.`,
    { keyId, ...(id !== undefined && { requestId: id }) },
  )
}
