import { refused } from './refused.js'

/**
 * Checks the key of a service, decoded. Whether the service has such keys is for its provider to say.
 *
 * @param form what such a URI looks like, for errors
 * @throws SigningError `Configuration`
 */
export function assertKey(key: string, form: string): void {
  if (key === '') throw refused(`its key is missing; write ${form}`)
  if (key === 'alias/') throw refused(`the name of its alias is missing; write ${form}`)
}
