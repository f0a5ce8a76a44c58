import { SigningError } from '@signport/core'
import { printable } from '@signport/core/kit'

/** No key id of AWS is longer (AWS KMS API, KeyId). */
const MAX_LENGTH = 2048

/** An ARN of AWS: partition, service, region, account and resource. Other servers have ARNs of fewer parts. */
const AWS_ARN = /^arn:(aws[\w-]*):([\w-]*):([\w-]*):(\d*):(.*)$/

/** What `keyId` is checked against; a region is absent where it is not known yet. */
export interface KeyIdContext {
  readonly provider: string
  readonly region?: string | undefined
}

/**
 * Checks a key id before anything is sent: a key id, a key's ARN, an alias, an alias's ARN. It never chooses the
 * endpoint, so an ARN of another region is a mistake in the configuration.
 *
 * @throws SigningError `InvalidArgument` for what no server has as a key id, `Configuration` for another region or
 *   partition than the configured one
 */
export function assertKeyId(keyId: string, context: KeyIdContext): void {
  const details = { provider: context.provider, keyId }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (keyId === '' || keyId.length > MAX_LENGTH || /[\s\u0000-\u001f\u007f-\u{10ffff}]/u.test(keyId)) {
    const expected = `a key id, a key's ARN, alias/NAME or an alias's ARN: up to ${MAX_LENGTH} visible ASCII characters`
    throw new SigningError(
      'InvalidArgument',
      `keyId must be ${expected}, not '${printable(keyId)}'.`,
      details,
    )
  }
  const [, partition, service, region, , resource = ''] = AWS_ARN.exec(keyId) ?? []
  if (partition === undefined) return
  if (service !== 'kms' || !/^(key|alias)\/./.test(resource)) {
    const expected = `the ARN of a KMS key or alias, such as arn:aws:kms:REGION:ACCOUNT:key/ID`
    throw new SigningError('InvalidArgument', `keyId must be ${expected}, not ${printable(keyId)}.`, details)
  }
  if (context.region !== undefined) assertPlace(keyId, { partition, region }, context.region, details)
}

function assertPlace(
  keyId: string,
  arn: { partition: string; region: string | undefined },
  region: string,
  details: { provider: string; keyId: string },
): void {
  const partition = partitionOf(region)
  const wrong =
    arn.region !== region ? ['region', arn.region, region] : ['partition', arn.partition, partition]
  if (wrong[1] === wrong[2]) return
  const message = `The ${wrong[0]} of the key ${printable(keyId)} is '${wrong[1]}', but the provider's is '${wrong[2]}': make one provider for each region.`
  throw new SigningError('Configuration', message, details)
}

/** How the names of the regions begin that are not in the partition `aws`. */
const PARTITIONS = [
  ['cn-', 'aws-cn'],
  ['us-gov-', 'aws-us-gov'],
  ['eusc-', 'aws-eusc'],
  ['us-iso-', 'aws-iso'],
  ['us-isob-', 'aws-iso-b'],
  ['eu-isoe-', 'aws-iso-e'],
  ['us-isof-', 'aws-iso-f'],
] as const

/** The part of AWS that a region belongs to. */
export function partitionOf(region: string): string {
  return PARTITIONS.find(([beginning]) => region.startsWith(beginning))?.[1] ?? 'aws'
}

/**
 * Compares the key that answered with the one that was asked. An alias may stand for any key, and servers call a key
 * by its id or its ARN, whatever it was asked by.
 *
 * @throws SigningError `KeyMismatch`
 */
export function assertSameKey(asked: string, answered: string | undefined, provider: string): void {
  const [expected, actual] = [bareId(asked), answered === undefined ? undefined : bareId(answered)]
  if (expected === undefined || actual === undefined || expected === actual) return
  const message = `${provider} answered for the key ${printable(answered ?? '')} when it was asked for ${printable(asked)}.`
  throw new SigningError('KeyMismatch', message, { provider, keyId: asked })
}

const ID = /^(?:mrk-)?[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}$/i

const KEY_OF_AWS =
  /^(?:arn:aws[a-z-]{0,16}:kms:[a-z0-9-]{1,32}:\d{12}:key\/)?(?:[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|mrk-[0-9a-f]{32})$/

/** Whether a key is called as AWS does it, by its id or its ARN: nothing in that could be anybody's text. */
export function isKeyOfAws(keyId: string): boolean {
  return KEY_OF_AWS.test(keyId)
}

/** The id in a key's ARN, or the id itself; undefined for an alias and for names that follow no rule. */
function bareId(keyId: string): string | undefined {
  const inArn = /^arn:.*:key\/([^/]+)$/.exec(keyId)?.[1]
  if (inArn !== undefined) return inArn.toLowerCase()
  return ID.test(keyId) ? keyId.toLowerCase() : undefined
}
