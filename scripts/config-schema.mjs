/** Writes the JSON schema of signport.yaml, by which editors complete and check it. */
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { provider as alibabaKms } from '@signport/alibaba-kms'
import { provider as awsKms } from '@signport/aws-kms'
import { provider as local } from '@signport/local'
import { provider as trentService } from '@signport/trent-service'
import { toJsonSchema } from '@valibot/to-json-schema'
import { periodsSchema, timesSchemas } from '../packages/config/dist/rotation-schema.js'
import { signerSchema } from '../packages/config/dist/signer-schema.js'
import { OF_VERIFIERS, PUBLIC_KEY } from '../packages/config/dist/verifier-options.js'
import { root } from './workspaces.mjs'

/** Where the schema is, from the root. */
export const SCHEMA_FILE = 'packages/config/signport.schema.json'

const NAME = '[A-Za-z_][A-Za-z0-9_]*'

/** What the entries refer to. */
const DEFINITIONS = {
  // Without a '${' that begins no variable.
  anyText: { type: 'string', pattern: `^([^$]|\\$\\$\\{|\\$(?!\\$?\\{)|\\$\\{${NAME}\\})*$` },
  text: { allOf: [{ $ref: '#/definitions/anyText' }, { type: 'string', minLength: 1 }] },
  // With a variable in it, which may stand for anything until it is read; after a further '$' there is none.
  variable: {
    allOf: [{ $ref: '#/definitions/anyText' }, { type: 'string', pattern: `(^|[^$])\\$\\{${NAME}\\}` }],
  },
}
const [ANY_TEXT, TEXT, VARIABLE] = ['anyText', 'text', 'variable'].map((name) => ({
  $ref: `#/definitions/${name}`,
}))

/** Options of which an entry can have one, which is checked in code. */
const EXCLUSIVE = [
  ['publicKey', 'thumbprint'],
  ['passphraseEnv', 'passphraseFile'],
  ['passwordFile', 'passwordEnv'],
]

/** Options of which a provider needs one, which it checks itself. */
const NEEDED = {
  [alibabaKms.name]: [
    ['region', 'endpoint'],
    ['passwordFile', 'passwordEnv'],
  ],
  [trentService.name]: [['region', 'endpoint']],
}

/** Numbers whose limits are checked in code, and what stands beside them; those of times are what a timer can wait. */
const RANGES = {
  timeoutMs: { maximum: 2 ** 31 - 1 },
  attemptTimeoutMs: { maximum: 2 ** 31 - 1 },
  maxConcurrency: {
    maximum: 10_000,
    description: 'How many requests are under way at once; further ones wait in their order. 64 by default.',
  },
  maxPerSecond: {
    maximum: 1_000_000,
    description:
      'How many requests begin in a second. No limit by default; 180 for the shared gateway of Alibaba Cloud (openapi).',
  },
  maxBodyBytes: { minimum: 1024, maximum: 64 * 1024 * 1024 },
}

/** The content of the file, formatted as the linter wants it. */
export async function configSchemaFile() {
  const biome = [`${root}node_modules/@biomejs/biome/bin/biome`, 'format', `--stdin-file-path=${SCHEMA_FILE}`]
  const input = JSON.stringify(await configSchema())
  return execFileSync(process.execPath, biome, { cwd: root, input, encoding: 'utf8' })
}

async function configSchema() {
  const common = jsonSchema(signerSchema).properties
  const providers = await Promise.all([local, awsKms, alibabaKms, trentService].map(variants))
  const verifier = { provider: PUBLIC_KEY, properties: pick(common, OF_VERIFIERS), required: [] }
  const { provider, ...shared } = common
  const signing = (times) => providers.flat().map((each) => entry(each, shared, times))
  const all = (times) => [...signing(times), entry(verifier, pick(common, ['key', 'algorithm']), times)]
  return hoisted({
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'signport.yaml',
    description: 'Named signers of Signport',
    type: 'object',
    properties: {
      $schema: { type: 'string' },
      signers: {
        type: 'object',
        propertyNames: { pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$' },
        additionalProperties: { anyOf: [...all(), rotation(signing, all)] },
      },
    },
    required: ['signers'],
    additionalProperties: false,
    definitions: DEFINITIONS,
  })
}

/** An entry whose keys follow one another. */
function rotation(signing, all) {
  const { properties, required } = jsonSchema(periodsSchema)
  const timesOf = (role) => jsonSchema(timesSchemas[role])
  return {
    title: 'rotation',
    type: 'object',
    properties: {
      ...properties,
      active: { anyOf: signing(timesOf('active')) },
      next: { anyOf: signing(timesOf('next')) },
      retired: { type: 'array', items: { anyOf: all(timesOf('retired')) } },
    },
    required: [...required, 'active'],
    // Where there was a key before, it is asked when key sets first had the active one.
    anyOf: [
      { properties: { retired: { type: 'array', maxItems: 0 } } },
      { properties: { active: { type: 'object', required: ['published'] } } },
    ],
    additionalProperties: false,
  }
}

/** An entry, and as a key of a rotation its times. */
function entry({ provider, properties, required }, shared, times = { properties: {}, required: [] }) {
  const all = {
    provider: { anyOf: [{ const: provider }, VARIABLE] },
    ...shared,
    ...properties,
    ...times.properties,
  }
  const pairs = EXCLUSIVE.filter((pair) => pair.every((name) => name in all))
  const needed = (NEEDED[provider] ?? []).filter((names) => names.every((name) => name in all))
  return {
    title: provider,
    type: 'object',
    properties: Object.fromEntries(
      Object.entries(all).map(([name, schema]) => [name, { ...schema, ...RANGES[name] }]),
    ),
    required: ['provider', 'key', ...required, ...times.required],
    ...(pairs.length > 0 && { not: { anyOf: pairs.map((required) => ({ required })) } }),
    ...(needed.length > 0 && { allOf: needed.map(oneOf) }),
    additionalProperties: false,
  }
}

/** Every entry stands four times: what is more than a line of it, and the same wherever it has that name, stands once. */
function hoisted({ definitions, ...schema }) {
  const texts = new Map()
  eachOption(schema, (name, option) => {
    texts.set(name, (texts.get(name) ?? new Set()).add(JSON.stringify(option)))
  })
  const common = [...texts].flatMap(([name, [text, ...others]]) =>
    others.length === 0 && text.length > 60 ? [[name, JSON.parse(text)]] : [],
  )
  const names = common.map(([name]) => name)
  eachOption(schema, (name, _, options) => {
    if (names.includes(name)) options[name] = { $ref: `#/definitions/${name}` }
  })
  return { ...schema, definitions: { ...definitions, ...Object.fromEntries(common) } }
}

/** Tells of each option of each entry, and not of options within options. */
function eachOption({ title, properties = {}, additionalProperties, anyOf = [], items }, tell) {
  const isEntry = title !== undefined && properties.provider
  if (isEntry) for (const [name, option] of Object.entries(properties)) tell(name, option, properties)
  const below = isEntry ? [] : [...Object.values(properties), additionalProperties, items, ...anyOf]
  for (const schema of below) if (typeof schema === 'object') eachOption(schema, tell)
}

const oneOf = (names) => ({ anyOf: names.map((name) => ({ required: [name] })) })

/** A provider's options, once for each of its transports. */
async function variants(descriptor) {
  const schema = jsonSchema(await descriptor.configSchema())
  return (schema.anyOf ?? schema.oneOf ?? [schema]).map(({ properties, required = [] }) => ({
    provider: descriptor.name,
    properties,
    required,
  }))
}

function jsonSchema(schema) {
  // What is checked in code is not said: how long a text is, say.
  return withVariables(toJsonSchema(schema, { errorMode: 'ignore', overrideSchema: lazySchema }))
}

/** Of a schema that is chosen by the value, all that can be chosen. */
function lazySchema({ valibotSchema, jsonSchema }) {
  if (valibotSchema.type !== 'lazy') return jsonSchema
  const chosen = [valibotSchema.getter({}), valibotSchema.getter('')]
  return { anyOf: chosen.map((each) => toJsonSchema(each, { errorMode: 'ignore' })) }
}

/** What stands in a file in place of what is read: a text with variables, unless it stands for a flag or a number. */
function withVariables(schema) {
  if (Array.isArray(schema)) return schema.map(withVariables)
  if (typeof schema !== 'object' || schema === null) return schema
  // Names are none of the places for variables.
  const { $schema, propertyNames, ...rest } = schema
  if (isChoice(rest)) return { anyOf: [rest, VARIABLE] }
  if (rest.type === 'string') return rest.minLength === 1 ? TEXT : ANY_TEXT
  const members = Object.fromEntries(
    Object.entries(rest).map(([name, value]) => [name, withVariables(value)]),
  )
  return {
    ...members,
    ...(propertyNames && { propertyNames }),
    ...(rest.anyOf?.some(({ type }) => type === 'boolean') && { anyOf: rest.anyOf }),
    ...(rest.type === 'object' && rest.properties && { additionalProperties: false }),
  }
}

/** Whether not any text will do. */
const isChoice = ({ type, enum: names, const: name, pattern }) =>
  names !== undefined || typeof name === 'string' || (type === 'string' && pattern !== undefined)

const pick = (properties, names) =>
  Object.fromEntries(Object.entries(properties).filter(([name]) => names.includes(name)))

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  writeFileSync(`${root}${SCHEMA_FILE}`, await configSchemaFile())
