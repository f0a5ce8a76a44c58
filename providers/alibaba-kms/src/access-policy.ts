import { type AccessPolicy, type KeyUse, SigningError } from '@signport/core'
import { printable } from '@signport/core/kit'
import type { AlibabaKmsConfig, AlibabaKmsInstanceConfig, AlibabaKmsOpenApiConfig } from './descriptor.js'
import { regionalHost } from './endpoint.js'
import { misconfigured, PROVIDER } from './failure.js'
import { assertKeyId, isAlias } from './key-id.js'

type OpenApiUse = KeyUse<AlibabaKmsOpenApiConfig>
type InstanceUse = KeyUse<AlibabaKmsInstanceConfig>

/**
 * What RAM must allow those who use OpenAPI. Access to an instance is given by no document.
 *
 * @throws SigningError `Configuration` and `InvalidArgument` for what no request could be made with
 */
export function accessPolicies(uses: readonly KeyUse<AlibabaKmsConfig>[]): AccessPolicy[] {
  const needed = uses.filter(({ operations }) => operations.length > 0)
  for (const { keyId } of needed) assertKeyId(keyId)
  const openApi = needed.filter((use): use is OpenApiUse => use.options.transport === 'openapi')
  const instances = needed.filter((use): use is InstanceUse => use.options.transport === 'instance')
  return [...ramPolicies(openApi), ...instancePolicies(instances)]
}

function ramPolicies(uses: readonly OpenApiUse[]): AccessPolicy[] {
  if (uses.length === 0) return []
  const document = { Version: '1', Statement: statements(uses) }
  return [{ kind: 'Alibaba Cloud RAM', document, notes: notesOn(uses) }]
}

/** One for all keys that are used in the same way. */
function statements(uses: readonly OpenApiUse[]): object[] {
  const actions = new Map<string, Set<string>>()
  for (const use of uses) {
    const resources = JSON.stringify(resourcesOf(use))
    actions.set(resources, new Set([...(actions.get(resources) ?? []), ...actionsOf(use)]))
  }
  const resources = new Map<string, string[]>()
  for (const [names, needed] of actions) {
    const key = JSON.stringify(ACTIONS.filter((action) => needed.has(action)))
    resources.set(key, [...(resources.get(key) ?? []), ...(JSON.parse(names) as string[])])
  }
  return Array.from(resources, ([key, Resource]) => ({ Effect: 'Allow', Action: JSON.parse(key), Resource }))
}

/** All that there are, in the order in which they are written. */
const ACTIONS = ['kms:AsymmetricSign', 'kms:GetPublicKey', 'kms:ListKeyVersions', 'kms:DescribeKey']

/** A version that is not named is looked up, by the key's id: behind an alias, that is looked up first. */
function actionsOf({ keyId, operations, options: { keyVersion } }: OpenApiUse): string[] {
  return [
    ...operations.map((each) => (each === 'sign' ? 'kms:AsymmetricSign' : 'kms:GetPublicKey')),
    ...(keyVersion === undefined ? ['kms:ListKeyVersions'] : []),
    ...(keyVersion === undefined && isAlias(keyId) ? ['kms:DescribeKey'] : []),
  ]
}

function resourcesOf({ keyId, options: { region } }: OpenApiUse): string[] {
  // For its error: it would be a part of a host's name, too.
  if (region !== undefined) regionalHost(region, 'public')
  const beginning = `acs:kms:${region ?? '*'}:*:`
  if (!isAlias(keyId)) return [`${beginning}key/${keyId}`]
  assertPlain(keyId)
  return [`${beginning}${keyId}`, `${beginning}key/${placeholderOf(keyId)}`]
}

/** RAM has no way to write these characters for themselves. */
function assertPlain(alias: string): void {
  if (/^[\w/-]+$/.test(alias)) return
  const message = `A RAM policy cannot name ${printable(alias)}: an alias has letters, digits, _, - and / alone.`
  throw new SigningError('InvalidArgument', message, { provider: PROVIDER, keyId: alias })
}

/** It allows nothing until somebody writes the id there. */
const placeholderOf = (alias: string) => `ID-OF-${alias}`

function notesOn(uses: readonly OpenApiUse[]): string[] {
  const aliases = new Set(uses.map(({ keyId }) => keyId).filter(isAlias))
  return [
    'The configuration does not say whose account it is: * stands for the one that the policy is in.',
    ...(uses.some(({ options }) => options.region === undefined)
      ? ['Where the configuration names no region, write it in place of the * after acs:kms.']
      : []),
    ...Array.from(
      aliases,
      (alias) =>
        `${alias} is allowed by the key that it stands for, which the configuration does not name: write that key's id in place of ${placeholderOf(alias)}.`,
    ),
  ]
}

function instancePolicies(uses: readonly InstanceUse[]): AccessPolicy[] {
  const keys = new Map<string, Set<string>>()
  for (const { keyId, options } of uses)
    keys.set(options.endpoint, new Set([...(keys.get(options.endpoint) ?? []), printable(keyId)]))
  return Array.from(keys, ([endpoint, ids]) => ({
    kind: 'Alibaba Cloud KMS instance',
    notes: [
      `Access to ${hostOf(endpoint)} is given by the permission policy of the application access point that the ClientKey is of: allow it the use of ${[...ids].join(', ')} and no other keys, and in its network rule the addresses of this program alone.`,
    ],
  }))
}

function hostOf(endpoint: string): string {
  const host = /^(?:https?:\/\/)?([\w.:[\]-]+)\/?$/i.exec(endpoint)?.[1]
  if (host === undefined) throw misconfigured('endpoint must be the host of an instance.')
  return host
}
