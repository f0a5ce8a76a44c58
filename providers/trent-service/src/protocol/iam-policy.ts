import type { AccessPolicy, KeyUse } from '@signport/core'
import { printable } from '@signport/core/kit'
import { partitionOf } from './key-id.js'

/** What is done with one key, and where it is. */
export interface IamUse extends Pick<KeyUse, 'keyId' | 'operations'> {
  /** Undefined where it is only found when the program runs. */
  readonly region: string | undefined
  /** The host of a server that is not AWS. */
  readonly host?: string | undefined
}

const ACTIONS = { sign: 'kms:Sign', getPublicKey: 'kms:GetPublicKey' } as const

/** The actions that a key is used by; for an alias, the keys that it may stand for, and its name. */
interface Grant {
  readonly partition: string
  readonly resource: string
  readonly alias?: string
  readonly actions: ReadonlySet<string>
}

/**
 * The least that whoever signs needs of IAM: a document for each partition, since no account is in two, and for each
 * server that is not AWS.
 */
export function iamPolicies(uses: readonly IamUse[]): AccessPolicy[] {
  const needed = uses.filter(({ operations }) => operations.length > 0)
  const owner = (use: IamUse) => use.host ?? `AWS ${placeOf(use).partition}`
  return groups(needed, owner).map(policyOf)
}

function policyOf(uses: readonly IamUse[]): AccessPolicy {
  const grants = groups(uses, (use) => JSON.stringify(placeOf(use))).map(grantOf)
  const [host] = uses.map((use) => use.host)
  return {
    kind: host === undefined ? 'AWS IAM' : `${printable(host)}, as AWS IAM`,
    document: { Version: '2012-10-17', Statement: [...ofKeys(grants), ...ofAliases(grants)] },
    notes: notesOn(uses, host),
  }
}

function grantOf(uses: readonly IamUse[]): Grant {
  const used = new Set(uses.flatMap(({ operations }) => operations))
  // In one order, so that equal ones are found to be equal.
  const actions = (['sign', 'getPublicKey'] as const).filter((each) => used.has(each))
  const [first] = uses as [IamUse]
  return { ...placeOf(first), actions: new Set(actions.map((each) => ACTIONS[each])) }
}

function ofKeys(grants: readonly Grant[]): object[] {
  const keys = grants.filter(({ alias }) => alias === undefined)
  return groups(keys, ({ actions }) => [...actions].join()).map((group) => ({
    Effect: 'Allow',
    Action: [...(group[0]?.actions ?? [])],
    Resource: group.map(({ resource }) => resource),
  }))
}

/** IAM takes an alias in a resource for the alias itself, and never for the key that it stands for. */
function ofAliases(grants: readonly Grant[]): object[] {
  const aliases = grants.filter(({ alias }) => alias !== undefined)
  return groups(aliases, ({ actions, resource }) => [resource, ...actions].join()).map((group) => ({
    Effect: 'Allow',
    Action: [...(group[0]?.actions ?? [])],
    Resource: [...new Set(group.map(({ resource }) => resource))],
    Condition: { StringEquals: { 'kms:RequestAlias': group.map(({ alias }) => alias) } },
  }))
}

const ARN = /^arn:([^:]*):([^:]*):([^:]*):([^:]*):(.*)$/

function placeOf({ keyId, region }: IamUse): Omit<Grant, 'actions'> {
  const [, partition, service, place, account, name] = ARN.exec(keyId) ?? []
  if (partition === undefined || name === undefined) {
    const home = region === undefined ? 'aws' : partitionOf(region)
    const beginning = `arn:${home}:kms:${region === undefined ? '*' : literal(region)}:*:key/`
    return isAlias(keyId)
      ? { partition: home, resource: `${beginning}*`, alias: literal(keyId) }
      : { partition: home, resource: beginning + literal(keyId) }
  }
  if (!isAlias(name)) return { partition, resource: literal(keyId) }
  const beginning = `arn:${[partition, service, place, account].map((part) => literal(part ?? '')).join(':')}`
  return { partition, resource: `${beginning}:key/*`, alias: literal(name) }
}

const isAlias = (name: string) => name.startsWith('alias/')

/** These would mean other characters, or what a variable of IAM holds. */
function literal(text: string): string {
  return text.replaceAll(/[*?$]/g, (character) => `\${${character}}`)
}

function notesOn(uses: readonly IamUse[], host: string | undefined): string[] {
  const named = uses.map(({ keyId }) => ARN.exec(keyId)?.[5] ?? keyId)
  const bare = uses.filter(({ keyId }) => !keyId.startsWith('arn:'))
  const notes = [
    bare.length > 0 &&
      'The configuration does not say whose account it is: write its number of 12 digits in place of the * before :key.',
    bare.some(({ region }) => region === undefined) &&
      'Where the configuration names no region, write it in place of the * after :kms.',
    named.some(isAlias) &&
      'An alias cannot be named as a resource: key/* with kms:RequestAlias allows whichever key is asked for by the alias, so that whoever may change the alias chooses the key.',
    host === undefined
      ? 'The policy of each key has the last word: it must leave the decision to policies of IAM, as the one does that the console makes, and allow the same itself where the key is in another account.'
      : `${printable(host)} is not AWS: whether it takes such policies, and what it calls its resources, is for its own documentation to say.`,
  ]
  return notes.filter((note) => note !== false)
}

/** In the order in which they first come. */
function groups<T>(values: readonly T[], keyOf: (value: T) => string): T[][] {
  const found = new Map<string, T[]>()
  for (const value of values) {
    const group = found.get(keyOf(value))
    if (group) group.push(value)
    else found.set(keyOf(value), [value])
  }
  return [...found.values()]
}
