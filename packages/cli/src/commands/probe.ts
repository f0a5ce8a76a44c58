import { printable } from '@signport/core/kit'
import { ADVICE } from '../advice.js'
import { keysOf, readConfigured } from '../configured.js'
import type { Finding } from '../finding.js'
import { terminalHost } from '../host.js'
import { jsonLine } from '../json-line.js'
import { say } from '../message.js'
import { probeAll } from '../probe.js'
import { sentencesOf, stepToJson } from '../rotation-step.js'
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
  const findings = await probeAll(keysOf(configuration, names), settings)
  await print(
    json
      ? jsonLine(findings.map(description))
      : (await table(findings)) + failures(findings) + rotationSteps(findings),
  )
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
  const { entry, error, algorithm = entry.algorithm, permission, latencyMs, kid, thumbprint } = finding
  const { name, provider, key, verifiesOnly } = entry
  const about = { name, provider, key, algorithm, verifiesOnly, result: resultOf(finding) }
  const rotation = finding.rotation?.map((step) => stepToJson(name, step))
  if (!error)
    return { ...about, permission, latencyMs: latencyMs && tenths(latencyMs), kid, thumbprint, rotation }
  const { code, message, retryable, providerCode, requestId } = error
  const failure = { code, message, retryable, providerCode, requestId }
  return { ...about, error: failure, advice: ADVICE[code], rotation }
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

/** What is due comes first, since it is the earliest. */
function rotationSteps(findings: readonly Finding[]): string {
  const sentences = findings.flatMap(({ entry, rotation = [] }) =>
    sentencesOf(entry.name, rotation).map((sentence) => `${sentence}\n`),
  )
  return sentences.length === 0 ? '' : `\n${sentences.join('')}`
}

async function sayWhatIsUnknown(findings: readonly Finding[]): Promise<void> {
  const unknown = findings.filter((finding) => resultOf(finding) === 'unknown').map(({ entry }) => entry.name)
  if (unknown.length > 0)
    await say(
      `of ${unknown.join(', ')} only a signature shows whether the key is enabled, can sign, and may be used: --sign signs a fixed message.`,
      'note',
    )
}
