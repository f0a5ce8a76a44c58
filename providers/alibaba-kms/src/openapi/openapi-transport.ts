import type { ProviderInput } from '@signport/core'
import type { AlibabaKmsOpenApiOptions } from '../alibaba-kms-options.js'
import { type Endpoint, readEndpoint, regionalHost } from '../endpoint.js'
import { misconfigured } from '../failure.js'
import { assertSameKey } from '../key-id.js'
import { assertChoice, assertFlag, assertKeyVersion, assertNone } from '../option-checks.js'
import { formsOf } from '../redact.js'
import type { Transport } from '../transport.js'
import { requestIdOf, requiredBytes, requiredText, textOf } from './answer.js'
import { type ClientAnswer, createCall } from './connection.js'
import { createCredentialSource } from './credentials.js'
import { createVersions } from './key-version.js'

const OF_INSTANCES = ['clientKey', 'ca', 'caFile', 'maxBodyBytes', 'maxConnections']

/**
 * Keys by OpenAPI.
 *
 * @throws SigningError `Configuration`
 */
export function createOpenApiTransport(options: AlibabaKmsOpenApiOptions): Transport {
  const { region, keyVersion: given, credentials } = options
  const { url, trusted } = endpointOf(options)
  const call = createCall(url, region, createCredentialSource(credentials, { host: url.host, trusted }))
  const withVersion = createVersions(given, call)
  return {
    // It takes no message at all, so that these limits are never looked at.
    inputs: () => ({ inputs: ['digest'], raw: { minBytes: 0, maxBytes: 0 } }),
    sign({ keyId, wireName, input }, context) {
      const bytes = digestOf(input)
      const digest = bytes.toString('base64')
      return withVersion(keyId, context, async (keyVersion) => {
        const parameters = { keyVersionId: keyVersion, algorithm: wireName, digest }
        const question = { operation: 'asymmetricSign', keyId, parameters, secrets: formsOf(bytes) } as const
        const answer = await call(question, context)
        const value = requiredBytes(answer, 'value', keyId)
        return { bytes: value, ...whoAnswered(answer, keyId, keyVersion), ...requestIdOf(answer) }
      })
    },
    getPublicKey: (keyId, context) =>
      withVersion(keyId, context, async (keyVersion) => {
        const parameters = { keyVersionId: keyVersion }
        const answer = await call({ operation: 'getPublicKey', keyId, parameters }, context)
        const publicKey = requiredText(answer, 'publicKey', keyId)
        return { publicKey, ...whoAnswered(answer, keyId, keyVersion) }
      }),
    // The client keeps its connections for the whole process; they keep nothing alive.
    close() {},
  }
}

function endpointOf(options: AlibabaKmsOpenApiOptions): Endpoint {
  const { region, network, endpoint, allowInsecureHttp, keyVersion } = options
  assertNone(options, OF_INSTANCES, 'openapi')
  assertChoice('network', network, ['public', 'vpc'])
  assertFlag('allowInsecureHttp', allowInsecureHttp)
  assertKeyVersion(keyVersion)
  const host = region === undefined ? undefined : regionalHost(region, network ?? 'public')
  if (endpoint === undefined && host === undefined)
    throw misconfigured('Set region, such as cn-hangzhou, or endpoint.')
  if (endpoint !== undefined && network !== undefined)
    throw misconfigured('network chooses the host of a region: leave it out, or leave endpoint out.')
  return readEndpoint(endpoint ?? host, allowInsecureHttp ?? false, 'kms.cn-hangzhou.aliyuncs.com')
}

function digestOf(input: ProviderInput): Buffer {
  if (input.kind !== 'digest') throw new TypeError('support() offers digests alone')
  const { digest } = input
  return Buffer.from(digest.buffer, digest.byteOffset, digest.byteLength)
}

function whoAnswered(
  answer: ClientAnswer,
  keyId: string,
  keyVersion: string,
): { readonly keyId?: string; readonly keyVersion?: string } {
  const [key, version] = [textOf(answer, 'keyId'), textOf(answer, 'keyVersionId')]
  assertSameKey({ keyId, keyVersion, answer: { keyId: key, keyVersion: version } })
  return { ...(key !== undefined && { keyId: key }), ...(version !== undefined && { keyVersion: version }) }
}
