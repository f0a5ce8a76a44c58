import { fileURLToPath } from 'node:url'
import { loadSigners } from '@signport/config'
import { SigningError } from '@signport/core'

// Once for each execution environment: the connection is kept from one event to the next.
const signers = await loadSigners(fileURLToPath(new URL('signport.yaml', import.meta.url)))
const documents = signers.get('documents')

/** Signs the body of a request that came by API Gateway or by a function URL. */
export async function handler({ body, isBase64Encoded = false }) {
  try {
    // Where a request has no body, API Gateway says null.
    const message = Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8')
    const { bytes, algorithm } = await documents.sign(message)
    return answer(200, { signature: Buffer.from(bytes).toString('base64'), algorithm })
  } catch (error) {
    if (!SigningError.is(error)) throw error
    // Never with a message, a credential or a token in it.
    console.error(error.code, error.requestId ?? '', error.message)
    return error.retryable ? answer(503, { error: 'try again' }) : answer(500, { error: 'cannot sign' })
  }
}

const answer = (statusCode, content) => ({
  statusCode,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(content),
})
