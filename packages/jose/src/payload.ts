import { constants } from 'node:buffer'
import { types } from 'node:util'
import { type SignInput, SigningError } from '@signport/core'
import { prefixedStream } from './base64url-stream.js'
import { kindOf } from './json-value.js'

/** How a payload goes into what is signed, and into what comes of it. */
export interface PayloadForm {
  readonly serialization: 'compact' | 'flattened' | 'general'
  readonly detached: boolean
  /** Whether it is signed in base64url; as it is otherwise (RFC 7797). */
  readonly encoded: boolean
}

/** A payload, read. */
export interface Payload {
  /** What stands in the result; absent where the payload is detached. */
  readonly text?: string
  /** Whether it can be read once only. */
  readonly isStream: boolean
  /** What is signed (RFC 7515 section 5.1, RFC 7797 section 3). */
  inputWith(protectedHeader: string): SignInput
}

/**
 * Bytes are encoded or copied at once, so the caller may use them again.
 *
 * @throws TypeError for text and everything else that is no bytes
 * @throws SigningError `InvalidArgument` for what does not go into the form, `MessageTooLarge`
 */
export function readPayload(payload: unknown, form: PayloadForm): Payload {
  if (types.isUint8Array(payload) && !types.isSharedArrayBuffer(payload.buffer))
    return readBytes(payload, form)
  if (typeof payload === 'object' && payload !== null && Symbol.asyncIterator in payload)
    return readStream(payload as AsyncIterable<Uint8Array>, form)
  const came = types.isUint8Array(payload) ? 'one in shared memory' : kindOf(payload)
  const hint = typeof payload === 'string' ? ' Encode it first: new TextEncoder().encode(text).' : ''
  throw new TypeError(
    `The payload must be a Uint8Array, or a stream of them if it is detached, not ${came}.${hint}`,
  )
}

function readBytes(bytes: Uint8Array, form: PayloadForm): Payload {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  if (!form.encoded) return readUnencoded(view, form)
  if (view.length > MAX_ENCODED_BYTES) throw tooLarge(view.length)
  const text = view.toString('base64url')
  return {
    ...(!form.detached && { text }),
    isStream: false,
    inputWith: (header) => Buffer.from(`${header}.${text}`, 'latin1'),
  }
}

/** What fits into a text of Node with two dots, a header and a signature of any algorithm. */
const MAX_TEXT_LENGTH = constants.MAX_STRING_LENGTH - 1_048_576
const MAX_ENCODED_BYTES = Math.floor(MAX_TEXT_LENGTH / 4) * 3

function tooLarge(bytes: number): SigningError {
  return new SigningError(
    'MessageTooLarge',
    `In base64url, a payload of ${bytes} bytes is longer than a text can be (${MAX_ENCODED_BYTES} bytes at most): give it as a stream, with detached: true.`,
  )
}

function readUnencoded(view: Buffer, form: PayloadForm): Payload {
  if (!form.detached && view.length > MAX_TEXT_LENGTH) throw tooLargeUnencoded(view.length)
  const bytes = Buffer.from(view)
  return {
    ...(!form.detached && { text: form.serialization === 'compact' ? compactText(bytes) : jsonText(bytes) }),
    isStream: false,
    inputWith: (header) => Buffer.concat([Buffer.from(`${header}.`, 'latin1'), bytes]),
  }
}

function tooLargeUnencoded(bytes: number): SigningError {
  return new SigningError(
    'MessageTooLarge',
    `A payload of ${bytes} bytes is longer than a text can be (${MAX_TEXT_LENGTH} bytes at most): take detached: true.`,
  )
}

/** RFC 7797 section 5.2: what can stand between two dots. */
function compactText(bytes: Buffer): string {
  const text = bytes.toString('latin1')
  if (/^[\x20-\x2d\x2f-\x7e]*$/.test(text)) return text
  const what = 'An unencoded payload within a compact JWS must be printable ASCII without a full stop'
  throw new SigningError(
    'InvalidArgument',
    `${what}: take detached: true, a JSON serialization, or leave b64 out.`,
  )
}

/** RFC 7797 section 5.3. A byte order mark is a part of the payload, too. */
function jsonText(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new SigningError(
      'InvalidArgument',
      'An unencoded payload within JSON must be valid UTF-8: take detached: true, or leave b64 out.',
    )
  }
}

function readStream(stream: AsyncIterable<Uint8Array>, form: PayloadForm): Payload {
  if (!form.detached)
    throw new SigningError(
      'InvalidArgument',
      'A stream can be signed as a detached payload alone, which the result does not hold: take detached: true, or bytes.',
    )
  return {
    isStream: true,
    inputWith: (header) => prefixedStream(Buffer.from(`${header}.`, 'latin1'), stream, form.encoded),
  }
}
