import { algorithmNames, type SigningProvider } from '@signport/core'
import { printable, typeName } from '@signport/core/kit'
import type { AlibabaKmsOptions } from './alibaba-kms-options.js'
import { misconfigured, PROVIDER } from './failure.js'
import { createInstanceTransport } from './instance/instance-transport.js'
import { assertKeyId } from './key-id.js'
import { createOpenApiTransport } from './openapi/openapi-transport.js'
import type { Transport } from './transport.js'

/**
 * Keys in Alibaba Cloud KMS, by its OpenAPI or by the API of a KMS instance. A signer's `keyId` is a key's id or
 * `alias/NAME`.
 *
 * There is no `probe`: an instance cannot be asked whether it would sign without a signature being made, and the client that
 * OpenAPI is used by does not offer its DryRun.
 *
 * @throws SigningError `Configuration` for options that cannot be right
 */
export function createAlibabaKmsProvider(options: AlibabaKmsOptions): SigningProvider {
  const transport = createTransport(options)
  return {
    name: PROVIDER,
    limits: transport.limits,
    support(algorithm, keyId) {
      assertKeyId(keyId)
      const [wireName] = algorithmNames(algorithm).alibaba
      return wireName === undefined ? undefined : { wireName, ...transport.inputs(keyId, wireName) }
    },
    sign: (request, context) => transport.sign(request, context),
    async getPublicKey({ keyId }, context) {
      // Whoever looks at a key in order to choose an algorithm has not asked for support.
      assertKeyId(keyId)
      return transport.getPublicKey(keyId, context)
    },
    async close() {
      transport.close()
    },
  }
}

function createTransport(options: AlibabaKmsOptions): Transport {
  const { transport } = Object(options) as { transport?: unknown }
  if (transport === 'openapi')
    return createOpenApiTransport(options as Extract<AlibabaKmsOptions, { transport: 'openapi' }>)
  if (transport === 'instance')
    return createInstanceTransport(options as Extract<AlibabaKmsOptions, { transport: 'instance' }>)
  const shown = typeof transport === 'string' ? `'${printable(transport, 40)}'` : typeName(transport)
  throw misconfigured(
    `transport must be 'openapi' (KMS of a region, with an AccessKey or a role) or 'instance' (a KMS instance in its VPC, with a ClientKey), not ${shown}.`,
  )
}
