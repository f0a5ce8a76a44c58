import { printable } from '@signport/core/kit'
import { ADVICE } from '../advice.js'
import { entriesOf, readConfigured } from '../configured.js'
import { terminalHost } from '../host.js'
import { jsonLine } from '../json-line.js'
import { say } from '../message.js'
import { type Finding, probeAll } from '../probe.js'
import { print } from '../standard-output.js'
import { textTable } from '../text-table.js'

/** The options of `signport probe`, as the command line gives them. */
export interface ProbeCommand {
  readonly config?: string
  readonly sign?: boolean
  readonly policy?: boolean
  readonly json?: boolean
}

/** Probes signers of the configuration, all by default, prints what was found, and returns whether none failed. */
export async function probe(
  names: readonly string[],
  { config, sign = false, json }: ProbeCommand,
  signal: AbortSignal,
): Promise<boolean> {
  const configuration = await readConfigured(config)
  const settings = { host: terminalHost([], signal), signal, sign }
  const findings = await probeAll(configuration, entriesOf(configuration, names), settings)
  await print(json ? jsonLine(findings.map(description)) : (await table(findings)) + failures(findings))
  if (!json) await sayWhatIsUnknown(findings)
  return findings.every(({ error }) => !error)
}

/** A service that only shows the public key has said nothing about the private one: not even that it is enabled. */
function resultOf({ error, permission }: Finding): 'ok' | 'unknown' | 'failed' {
  if (error) return 'failed'
  return permission === 'unknown' ? 'unknown' : 'ok'
}

/** JSON leaves out what is not known. */
function description(finding: Finding) {
  const { entry, error, algorithm = entry.algorithm, permission, latencyMs, thumbprint } = finding
  const { name, provider, key, verifiesOnly } = entry
  const about = { name, provider, key, algorithm, verifiesOnly, result: resultOf(finding) }
  if (!error) return { ...about, permission, latencyMs: latencyMs && tenths(latencyMs), thumbprint }
  const { code, message, retryable, providerCode, requestId } = error
  return { ...about, error: { code, message, retryable, providerCode, requestId }, advice: ADVICE[code] }
}

const tenths = (ms: number) => Math.round(ms * 10) / 10

const HEAD = ['signer', 'provider', 'algorithm', 'result', 'permission', 'latency', 'thumbprint to pin']

function table(findings: readonly Finding[]): Promise<string> {
  const rows = findings.map((finding) => {
    const { entry, error, algorithm, permission, latencyMs, thumbprint } = finding
    return [
      entry.name,
      entry.provider,
      algorithm ?? entry.algorithm ?? '-',
      error?.code ?? (resultOf(finding) === 'unknown' ? 'not known' : 'ok'),
      permission ?? '-',
      latencyMs === undefined ? '-' : `${tenths(latencyMs)} ms`,
      thumbprint ?? '-',
    ]
  })
  return textTable(
    HEAD,
    rows.map((row) => row.map((text) => printable(text))),
  )
}

function failures(findings: readonly Finding[]): string {
  const texts = findings.map(({ entry, error }) =>
    error ? `\n${printable(entry.name)}: ${error.message}\n  ${ADVICE[error.code]}\n` : '',
  )
  return texts.join('')
}

async function sayWhatIsUnknown(findings: readonly Finding[]): Promise<void> {
  const unknown = findings.filter((finding) => resultOf(finding) === 'unknown').map(({ entry }) => entry.name)
  if (unknown.length > 0)
    await say(
      `of ${unknown.join(', ')} only a signature shows whether the key is enabled, can sign, and may be used: --sign signs a fixed message.`,
      'note',
    )
}
