import { type KeyKind, SigningError, type SigningProvider } from '@signport/core'
import { assertLimits } from '@signport/core/kit'
import { PROVIDER } from './failure.js'
import { readOwnNames } from './own-names.js'
import {
  assertKeyId,
  keyParameters,
  probeParameters,
  readGrantTokens,
  readKeyAnswer,
  readSignAnswer,
  signParameters,
  supportOf,
} from './protocol/index.js'
import { kindOfSpec, spkiOfPoint } from './public-point.js'
import { type ClientPublicKey, createTrentServiceClient } from './trent-service-client.js'
import type { TrentServiceOptions } from './trent-service-options.js'

/** What AWS answers to a dry run that would have succeeded. */
const WOULD_SUCCEED = 'DryRunOperationException'

/**
 * Keys of AWS KMS, or of any server that speaks its protocol, without the AWS SDK. A signer's `keyId` is what the server
 * takes: a key id, a key's ARN, `alias/NAME` or an alias's ARN.
 *
 * @throws SigningError `Configuration` for options that cannot be used
 */
export function createTrentServiceProvider(options: TrentServiceOptions): SigningProvider {
  const grantTokens = readGrantTokens(options.grantTokens, PROVIDER)
  const ownNames = readOwnNames(options.algorithmNames)
  const { region, maxConcurrency, maxPerSecond } = options
  assertLimits({ maxPerSecond }, PROVIDER)
  const client = createTrentServiceClient(options)
  return {
    name: PROVIDER,
    limits: { maxConcurrency, maxPerSecond },
    support(algorithm, keyId) {
      assertKeyId(keyId, { provider: PROVIDER, region })
      return supportOf(algorithm, ownNames)
    },
    async sign(request, context) {
      const answer = await client.sign(signParameters(request, grantTokens), context)
      const { keyId, wireName } = request
      return readSignAnswer(answer, { provider: PROVIDER, keyId, wireName, requestId: answer.requestId })
    },
    async getPublicKey(request, context) {
      const { keyId, algorithm } = request
      // Whoever looks at a key in order to choose an algorithm has not asked for support.
      assertKeyId(keyId, { provider: PROVIDER, region })
      const answer = await client.getPublicKey(keyParameters(request, grantTokens), context)
      return readKeyAnswer(withSpki(answer, algorithm?.key), {
        provider: PROVIDER,
        keyId,
        requestId: answer.requestId,
      })
    },
    async probe({ keyId, algorithm }, context) {
      const { wireName = '' } = supportOf(algorithm, ownNames) ?? {}
      const question = client.sign(probeParameters(keyId, algorithm, wireName, grantTokens), context)
      // A server that does not know dry runs signs: that is a success as well.
      await question.catch(assertWouldSucceed)
    },
    close: () => client.close(),
  }
}

/** What the server says about the key counts for more than what the caller expects: it is compared later. */
function withSpki(answer: ClientPublicKey, expected: KeyKind | undefined): ClientPublicKey {
  return { ...answer, PublicKey: spkiOfPoint(answer.PublicKey, kindOfSpec(answer.KeySpec) ?? expected) }
}

function assertWouldSucceed(error: unknown): void {
  if (!SigningError.is(error) || error.providerCode !== WOULD_SUCCEED) throw error
}
