import { openSigners } from '@signport/config'
import { algorithmNames, isRotatingSigner, parseAlgorithm, type Signer } from '@signport/core'
import { type JsonWebKeySet, jwks as keySetOf } from '@signport/jose'
import { openChosenSigner } from '../chosen-signer.js'
import { entriesOf, readConfigured } from '../configured.js'
import { Failure } from '../failure.js'
import { terminalHost } from '../host.js'
import { jsonBlock } from '../json-line.js'
import { assertOutput, type OutputOptions, writeOutput } from '../output.js'

/** The options of `signport jwks`, as the command line gives them. */
export interface JwksCommand extends OutputOptions {
  readonly uri?: string
  readonly config?: string
  readonly algorithm?: string
}

/** Writes the key set of signers of the configuration, all by default, or of the key of a URI. */
export async function jwks(
  names: readonly string[],
  command: JwksCommand,
  signal: AbortSignal,
): Promise<void> {
  const { uri } = command
  if (uri !== undefined && names.length > 0)
    throw new Failure('names are those of a configuration: leave them out, or --uri.')
  await assertOutput(command)
  const keySet = await (uri === undefined
    ? keySetOfNames(names, command, signal)
    : keySetOfUri({ ...command, uri }, signal))
  await writeOutput(jsonBlock(keySet), command, signal)
}

const NOT_IN_A_SET = 'no key set can have it'

async function keySetOfUri(
  command: JwksCommand & { readonly uri: string },
  signal: AbortSignal,
): Promise<JsonWebKeySet> {
  await using signer = await openChosenSigner(command, { host: terminalHost([], signal), signal })
  assertInJose(signer, 'this key', NOT_IN_A_SET)
  return await keySetOf(signer, { signal })
}

async function keySetOfNames(
  names: readonly string[],
  { config, algorithm }: JwksCommand,
  signal: AbortSignal,
): Promise<JsonWebKeySet> {
  const configuration = await readConfigured(config)
  const entries = entriesOf(configuration, names)
  const partner = entries.find(({ verifiesOnly }) => verifiesOnly)
  if (partner && names.length > 0)
    throw new Failure(`${partner.name} only verifies: a key set has the keys of those who sign.`)
  const only = entries.filter(({ verifiesOnly }) => !verifiesOnly).map(({ name }) => name)
  if (only.length === 0) throw new Failure('the configuration has no signers that sign.')
  const host = terminalHost([], signal)
  await using signers = await openSigners(configuration, {
    only,
    host,
    signal,
    ...(algorithm !== undefined && { algorithm }),
  })
  const advice = names.length === 0 ? 'name the signers whose keys the set is to have' : NOT_IN_A_SET
  for (const name of only) assertInJose(signers.get(name), name, advice)
  return await keySetOf(signers, { signal })
}

/** Told here by the name that the person knows, before any service is asked. */
function assertInJose(signer: Signer, name: string, advice: string): void {
  const keys = isRotatingSigner(signer)
    ? signer.publishedKeys().map(({ place, signer }) => ({ name: `${name}.${place}`, signer }))
    : [{ name, signer }]
  for (const { name, signer } of keys) {
    const row = parseAlgorithm(signer.algorithm)
    if (algorithmNames(row).jose.length > 0) continue
    throw new Failure(`${name} has the algorithm ${row.name}, for which JOSE has no name: ${advice}.`)
  }
}
