import { type Responder, USUAL_BODY_BYTES } from '../planes/plane.js'
import { jsonResponse } from './json-response.js'

const PROTOCOLS = [
  'This is an emulator of AWS KMS and of Alibaba Cloud KMS:',
  'send X-Amz-Target: TrentService.OPERATION, or ?Action=OPERATION&Version=2016-01-20, or x-kms-apiname: OPERATION.',
].join(' ')

/** Whoever speaks no protocol of the emulator is told which there are. */
export const noProtocol: Responder = {
  maxBodyBytes: USUAL_BODY_BYTES,
  tooLong: () => jsonResponse(413, { message: `The body is longer than ${USUAL_BODY_BYTES} bytes.` }),
  answer: async () => jsonResponse(404, { message: PROTOCOLS }),
}
