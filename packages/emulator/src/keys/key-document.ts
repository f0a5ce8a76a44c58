import * as v from 'valibot'
import { checked } from '../checked.js'
import { KeyMaterialError, type KeyPair } from '../crypto/key-pair.js'
import { generatePair, openPair } from './key-material.js'
import { type AliasRecord, KEY_ID, type KeyRecord, stateOf } from './key-record.js'
import { algorithmsOf, KEY_SPECS, KEY_USAGES, type KeySpec, keySpec, usualUsage } from './key-spec.js'
import type { KeyState } from './key-store.js'

const date = v.pipe(
  v.string(),
  v.isoTimestamp('expected a time in ISO 8601, such as 2026-01-02T03:04:05.000Z'),
)

const key = v.strictObject({
  id: v.pipe(v.string(), v.regex(KEY_ID, 'expected a UUID in lower case, or mrk- and 32 hexadecimal digits')),
  spec: v.picklist(KEY_SPECS),
  usage: v.optional(v.picklist(KEY_USAGES)),
  privateKey: v.optional(v.pipe(v.string(), v.nonEmpty())),
  seed: v.optional(v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/i, 'expected 64 hexadecimal digits'))),
  description: v.optional(v.pipe(v.string(), v.maxLength(8192)), ''),
  tags: v.optional(v.record(v.string(), v.string()), {}),
  state: v.optional(v.picklist(['Enabled', 'Disabled', 'PendingDeletion']), 'Enabled'),
  created: v.optional(date),
  deletion: v.optional(
    v.strictObject({ at: date, windowDays: v.pipe(v.number(), v.integer(), v.minValue(7), v.maxValue(30)) }),
  ),
})

const alias = v.strictObject({
  name: v.pipe(v.string(), v.regex(/^alias\/[a-zA-Z0-9:/_-]{1,250}$/, 'expected alias/ and a name after it')),
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

type KeyEntry = v.InferOutput<typeof key>
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
  const pair = await readPair(entry, place)
  return {
    id,
    spec,
    usage,
    description,
    tags,
    created: created === undefined ? now : new Date(created),
    enabled: state === 'Enabled',
    ...(deletion && { deletion: { at: new Date(deletion.at), windowDays: deletion.windowDays } }),
    ...(pair && { pair }),
  }
}

async function readPair(entry: KeyEntry, place: string): Promise<KeyPair | undefined> {
  const { spec, privateKey, seed } = entry
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
  const { id, spec, usage, description, tags, created, deletion, pair } = record
  return {
    id,
    spec,
    usage,
    description,
    tags,
    state: stateOf(record),
    created: created.toISOString(),
    ...(deletion && { deletion: { at: deletion.at.toISOString(), windowDays: deletion.windowDays } }),
    ...(pair && { privateKey: pair.pem }),
  }
}
