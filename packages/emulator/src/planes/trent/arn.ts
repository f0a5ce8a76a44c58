import type { KeyRecord } from '../../keys/key-record.js'
import type { Place } from '../context.js'

/** The ARN of what is in an account: `key/…` or `alias/…`. */
export function arnOf({ partition, region, accountId }: Place, resource: string): string {
  return `arn:${partition}:kms:${region}:${accountId}:${resource}`
}

/** The ARN of a key. */
export function keyArn(place: Place, { id }: Pick<KeyRecord, 'id'>): string {
  return arnOf(place, `key/${id}`)
}

/** The partition that a region belongs to. */
export function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn'
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws'
}
