import * as v from 'valibot'
import { checked } from '../checked.js'
import { KeyMaterialError, type KeyPair } from '../crypto/key-pair.js'
import { generatePair, openPair } from './key-material.js'
import {
  type AliasRecord,
  firstVersionId,
  KEY_ID,
  KEY_VERSION_ID,
  type KeyRecord,
  type KeyVersion,
  stateOf,
} from './key-record.js'
import { algorithmsOf, KEY_SPECS, KEY_USAGES, type KeySpec, keySpec, usualUsage } from './key-spec.js'
import type { KeyState } from './key-store.js'

const date = v.pipe(
  v.string(),
  v.isoTimestamp('expected a time in ISO 8601, such as 2026-01-02T03:04:05.000Z'),
)

/** What a key is made from: a new one is made where there is neither. */
const material = {
  privateKey: v.optional(v.pipe(v.string(), v.nonEmpty())),
  seed: v.optional(v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/i, 'expected 64 hexadecimal digits'))),
}

const version = v.strictObject({
  id: v.pipe(v.string(), v.regex(KEY_VERSION_ID, 'expected a UUID in lower case')),
  ...material,
  created: v.optional(date),
})

/** Longer than at AWS, as Alibaba Cloud allows. In days. */
const MAX_WINDOW = 366

const key = v.strictObject({
  id: v.pipe(v.string(), v.regex(KEY_ID, 'expected a UUID in lower case, or mrk- and 32 hexadecimal digits')),
  spec: v.picklist(KEY_SPECS),
  usage: v.optional(v.picklist(KEY_USAGES)),
  ...material,
  versions: v.optional(v.pipe(v.array(version), v.minLength(1, 'expected at least one'))),
  description: v.optional(v.pipe(v.string(), v.maxLength(8192)), ''),
  tags: v.optional(v.record(v.string(), v.string()), {}),
  state: v.optional(v.picklist(['Enabled', 'Disabled', 'PendingDeletion']), 'Enabled'),
  created: v.optional(date),
  deletion: v.optional(
    v.strictObject({
      at: date,
      windowDays: v.pipe(v.number(), v.integer(), v.minValue(7), v.maxValue(MAX_WINDOW)),
    }),
  ),
})

const alias = v.strictObject({
  name: v.pipe(v.string(), v.regex(/^alias\/[a-zA-Z0-9:/_-]{1,255}$/, 'expected alias/ and a name after it')),
  keyId: v.string(),
  created: v.optional(date),
  updated: v.optional(date),
})

const schema = v.strictObject({
  version: v.literal(1),
  keys: v.array(key),
  aliases: v.optional(v.array(alias), []),
})

/** Keys and aliases as a file holds them, or as `seed` is given: see the README. */
export type SeedDocument = v.InferInput<typeof schema>

type VersionEntry = v.InferOutput<typeof version>
type KeyEntry = v.InferOutput<typeof key>
type Material = Pick<KeyEntry, 'privateKey' | 'seed'>
type AliasEntry = v.InferOutput<typeof alias>

/**
 * Makes the keys that a document describes.
 *
 * @param what what the document is, for messages
 * @param now when a key was made of which the document does not say it
 * @throws TypeError that says where in the document something is wrong, and never what is there
 */
export async function readDocument(document: unknown, what: string, now: Date): Promise<KeyState> {
  const { keys, aliases } = checked(schema, document, what)
  const records = await Promise.all(
    keys.map((entry, index) => readKey(entry, `${what} cannot be used: keys[${index}]`, now)),
  )
  const state = {
    keys: new Map(records.map((record) => [record.id, record])),
    aliases: new Map(aliases.map((entry) => [entry.name, readAlias(entry, now)])),
  }
  if (state.keys.size < keys.length) throw new TypeError(`${what} cannot be used: two keys have the same id.`)
  if (state.aliases.size < aliases.length)
    throw new TypeError(`${what} cannot be used: two aliases have the same name.`)
  const lost = aliases.findIndex(({ keyId }) => !state.keys.has(keyId))
  if (lost < 0) return state
  throw new TypeError(`${what} cannot be used: aliases[${lost}].keyId: there is no key with this id.`)
}

async function readKey(entry: KeyEntry, place: string, now: Date): Promise<KeyRecord> {
  const { id, spec, state, description, tags, created, deletion } = entry
  const usage = entry.usage ?? usualUsage(spec)
  if (!algorithmsOf(spec, usage))
    throw new TypeError(`${place}.usage: a key of ${spec} cannot be for ${usage}.`)
  if ((state === 'PendingDeletion') !== (deletion !== undefined))
    throw new TypeError(
      `${place}.deletion: it should be there with the state PendingDeletion, and only then.`,
    )
  const made = created === undefined ? now : new Date(created)
  return {
    id,
    spec,
    usage,
    description,
    tags,
    created: made,
    enabled: state === 'Enabled',
    ...(deletion && { deletion: { at: new Date(deletion.at), windowDays: deletion.windowDays } }),
    versions: await readVersions(entry, place, made),
  }
}

/** What stands at the key itself is that of its only version: so it was before there were others. */
async function readVersions(entry: KeyEntry, place: string, made: Date): Promise<KeyRecord['versions']> {
  const { id, spec, privateKey, seed, versions = [] } = entry
  const read = async (version: VersionEntry, where: string): Promise<KeyVersion> => {
    const pair = await readPair(spec, version, where)
    const created = version.created === undefined ? made : new Date(version.created)
    return { id: version.id, created, ...(pair && { pair }) }
  }
  const [first, ...others] = await Promise.all(
    versions.map((version, index) => read(version, `${place}.versions[${index}]`)),
  )
  if (!first) return [await read({ id: firstVersionId(id), privateKey, seed }, place)]
  if (privateKey !== undefined || seed !== undefined)
    throw new TypeError(`${place}: give privateKey or seed in versions alone, where there are versions.`)
  if (new Set(versions.map((version) => version.id)).size < versions.length)
    throw new TypeError(`${place}.versions: two of them have the same id.`)
  return [first, ...others]
}

async function readPair(
  spec: KeySpec,
  { privateKey, seed }: Material,
  place: string,
): Promise<KeyPair | undefined> {
  if (privateKey !== undefined && seed !== undefined)
    throw new TypeError(`${place}: give privateKey or seed, not both.`)
  if (privateKey === undefined && seed === undefined) return generatePair(spec)
  const member = seed === undefined ? 'privateKey' : 'seed'
  try {
    return await openPair(spec, privateKey ?? (await pemOfSeed(spec, seed ?? '')))
  } catch (error) {
    if (error instanceof KeyMaterialError) throw new TypeError(`${place}.${member} ${error.message}.`)
    throw error
  }
}

async function pemOfSeed(spec: KeySpec, seed: string): Promise<string> {
  const family = await keySpec(spec).family?.()
  if (family?.pemOfSeed) return family.pemOfSeed(spec, Buffer.from(seed, 'hex'))
  throw new KeyMaterialError('is for ML-DSA alone: give privateKey instead')
}

function readAlias({ name, keyId, created, updated }: AliasEntry, now: Date): AliasRecord {
  const made = created === undefined ? now : new Date(created)
  return { name, keyId, created: made, updated: updated === undefined ? made : new Date(updated) }
}

/** The document of what there is, private keys included. */
export function writeDocument({ keys, aliases }: KeyState): SeedDocument {
  return {
    version: 1,
    keys: [...keys.values()].map(writeKey),
    aliases: [...aliases.values()].map(({ created, updated, ...rest }) => ({
      ...rest,
      created: created.toISOString(),
      updated: updated.toISOString(),
    })),
  }
}

function writeKey(record: KeyRecord): SeedDocument['keys'][number] {
  const { id, spec, usage, description, tags, created, deletion, versions } = record
  return {
    id,
    spec,
    usage,
    description,
    tags,
    state: stateOf(record),
    created: created.toISOString(),
    ...(deletion && { deletion: { at: deletion.at.toISOString(), windowDays: deletion.windowDays } }),
    versions: versions.map(({ id, created, pair }) => ({
      id,
      created: created.toISOString(),
      ...(pair && { privateKey: pair.pem }),
    })),
  }
}
