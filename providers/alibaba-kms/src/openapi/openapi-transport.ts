import type { ProviderInput } from '@signport/core'
import { formsOf } from '@signport/core/kit'
import type { AlibabaKmsOpenApiOptions } from '../alibaba-kms-options.js'
import { readLimits } from '../connection-limits.js'
import { type Endpoint, readEndpoint, regionalHost } from '../endpoint.js'
import { misconfigured } from '../failure.js'
import { assertSameKey, isName } from '../key-id.js'
import { assertChoice, assertFlag, assertKeyVersion, assertNone } from '../option-checks.js'
import type { Transport } from '../transport.js'
import { invalidMember, requestIdOf, requiredBytes, requiredText, textOf } from './answer.js'
import { type ClientAnswer, createConnection } from './connection.js'
import { createCredentialSource } from './credentials.js'
import { createVersions } from './key-version.js'

const OF_INSTANCES = ['clientKey', 'ca', 'caFile', 'maxBodyBytes']

/** An account has 200 in a region for all that its asymmetric keys do: some are left for others. */
const MAX_PER_SECOND = 180

/**
 * Keys by OpenAPI.
 *
 * @throws SigningError `Configuration`
 */
export function createOpenApiTransport(options: AlibabaKmsOpenApiOptions): Transport {
  const { region, keyVersion: given, credentials } = options
  const { url, trusted, ofInstance } = endpointOf(options)
  const source = createCredentialSource(credentials, { host: url.host, trusted })
  const { call, close } = createConnection(url, region, source)
  const withVersion = createVersions(given, call)
  return {
    limits: readLimits(options, ofInstance ? undefined : MAX_PER_SECOND),
    // It takes no message at all, so that these limits are never looked at.
    inputs: () => ({ inputs: ['digest'], raw: { minBytes: 0, maxBytes: 0 } }),
    sign({ keyId, wireName, input }, context) {
      const bytes = digestOf(input)
      const digest = bytes.toString('base64')
      return withVersion(keyId, context, async (keyVersion) => {
        const parameters = { keyVersionId: keyVersion, algorithm: wireName, digest }
        const question = { operation: 'asymmetricSign', keyId, parameters, message: bytes } as const
        const answer = await call(question, context)
        const value = requiredBytes(answer, 'value', keyId)
        return { bytes: value, ...whoAnswered(answer, question), ...requestIdOf(answer) }
      })
    },
    getPublicKey: (keyId, context) =>
      withVersion(keyId, context, async (keyVersion) => {
        const parameters = { keyVersionId: keyVersion }
        const question = { operation: 'getPublicKey', keyId, parameters } as const
        const answer = await call(question, context)
        const publicKey = requiredText(answer, 'publicKey', keyId)
        return { publicKey, ...whoAnswered(answer, question) }
      }),
    // Idle connections the client keeps for the whole process; they keep nothing alive.
    close,
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

/** What one call asked about. */
interface Asked {
  readonly keyId: string
  readonly parameters: { readonly keyVersionId: string }
  readonly message?: Uint8Array
}

function whoAnswered(
  answer: ClientAnswer,
  { keyId, parameters: { keyVersionId: keyVersion }, message }: Asked,
): { readonly keyId?: string; readonly keyVersion?: string } {
  const secrets = () => (message === undefined ? [] : formsOf(message))
  const nameOf = (member: string, asked: string) => {
    const name = textOf(answer, member)
    // Credentials are gone from all that the client gives.
    if (name !== undefined && !isName(name, asked, secrets)) throw invalidMember(answer, member, keyId)
    return name
  }
  const [key, version] = [nameOf('keyId', keyId), nameOf('keyVersionId', keyVersion)]
  assertSameKey({ keyId, keyVersion, answer: { keyId: key, keyVersion: version } })
  return { ...(key !== undefined && { keyId: key }), ...(version !== undefined && { keyVersion: version }) }
}
