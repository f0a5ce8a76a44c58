import { type Algorithm, SigningError, type SigningProvider } from '@signport/core'
import {
  assertKeyId,
  keyParameters,
  probeParameters,
  readKeyAnswer,
  readSignAnswer,
  signParameters,
  supportOf,
} from '@signport/trent-service/protocol'
import { bytesMember, textMember } from './answer.js'
import type { AwsKmsOptions } from './aws-kms-options.js'
import { Connection } from './connection.js'
import { PROVIDER } from './misconfigured.js'
import { readOptions } from './read-options.js'

/** The answer to a question that would have been a signature: nothing but the question kept it from being one. */
const WOULD_HAVE_SIGNED = 'DryRunOperationException'

/**
 * Keys in AWS KMS, through the SDK of AWS. A signer's `keyId` is a key id, a key's ARN, `alias/NAME` or an alias's ARN.
 *
 * @throws SigningError `Configuration` for options that cannot be right
 */
export function createAwsKmsProvider(options: AwsKmsOptions = {}): SigningProvider {
  const settings = readOptions(options)
  const { region, grantTokens, client, maxConcurrency, maxPerSecond } = settings
  const connection = new Connection(settings)
  return {
    name: PROVIDER,
    // A client that somebody made repeats by itself.
    limits: { maxConcurrency, maxPerSecond, ...(client && { maxAttempts: 1 }) },
    support(algorithm, keyId) {
      assertKeyId(keyId, { provider: PROVIDER, region })
      return supportOf(algorithm)
    },
    async sign(request, context) {
      const { output, ...answer } = await connection.sign(signParameters(request, grantTokens), context)
      const about = { provider: PROVIDER, keyId: request.keyId, wireName: request.wireName, ...answer }
      return readSignAnswer(
        {
          KeyId: textMember('KeyId', output.KeyId, about),
          Signature: bytesMember(output.Signature),
          SigningAlgorithm: textMember('SigningAlgorithm', output.SigningAlgorithm, about),
        },
        about,
      )
    },
    async getPublicKey(request, context) {
      const { output, ...answer } = await connection.getPublicKey(
        keyParameters(request, grantTokens),
        context,
      )
      const about = { provider: PROVIDER, keyId: request.keyId, ...answer }
      return readKeyAnswer(
        { KeyId: textMember('KeyId', output.KeyId, about), PublicKey: bytesMember(output.PublicKey) },
        about,
      )
    },
    async probe({ keyId, algorithm }, context) {
      const { wireName } = supportOf(algorithm) ?? unsupported(algorithm)
      try {
        await connection.sign(probeParameters(keyId, algorithm, wireName, grantTokens), context)
      } catch (error) {
        if (!SigningError.is(error) || error.providerCode !== WOULD_HAVE_SIGNED) throw error
      }
    },
    async close() {
      connection.close()
    },
  }
}

function unsupported({ name }: Algorithm): never {
  throw new SigningError('UnsupportedAlgorithm', `${PROVIDER} has no ${name}.`, { provider: PROVIDER })
}
