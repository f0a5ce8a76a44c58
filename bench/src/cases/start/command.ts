import { type KeyObject, verify } from 'node:crypto'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Case, Result, Row, Run } from '../../harness/case.js'
import type { Measured } from '../../harness/measured.js'
import { compareAny } from '../../harness/pairs.js'
import { programPath } from '../../harness/program-path.js'
import { commandPath } from '../command-path.js'
import { localUri } from '../local-uri.js'
import { opensslVersion } from '../openssl.js'
import { runProcess } from '../process-run.js'
import { type KeyPlace, withKey } from '../with-key.js'

/** How often each command is started, unless it is only to be seen that all of them work. */
const STARTS = 20

const GROUP = 'time from start to end'
const BARE = 'bare Node'
const VERSION = 'signport --version'
const SIGN = 'signport sign'
const OPENSSL = 'openssl dgst -sign'

interface Command {
  readonly name: string
  readonly command: string
  readonly args: readonly string[]
  /** Where it writes a signature of the message. */
  readonly signature?: string
}

export const startCommand: Case = {
  name: 'start/command',
  title: 'The command: from its start to its end',
  method: [
    'signport and openssl sign a file of 32 bytes by RS256, with the same RSA key of 2,048 bits in a file, and write the signature to a',
    'file; bare Node runs an empty program.',
  ].join(' '),
  run: (run) => withKey((place) => measure(place, run)),
}

async function measure(place: KeyPlace, run: Run): Promise<readonly Result[]> {
  const message = join(place.folder, 'message')
  await writeFile(message, 'a message of thirty-two bytes ..')
  const openssl = await opensslVersion()
  const commands = commandsOf(place, message).filter(({ name }) => openssl || name !== OPENSSL)
  for (const command of commands) await assertSigns(command, message, place.publicKey)

  const pairs = run.quick ? run.pairs : STARTS
  const samplers = commands.map((command) => ({ name: command.name, sample: () => timeOf(command) }))
  const onRound = (round: number) => run.progress(`start ${round + 1} of ${pairs}`)
  const measured = await compareAny(samplers, { pairs, onRound })
  const version = rowOf(measured, VERSION, BARE, pairs)
  const sign = rowOf(measured, SIGN, BARE, pairs)
  if (!openssl)
    return [version, { ...sign, note: 'not compared with openssl, which this machine does not have' }]
  return [version, sign, { ...rowOf(measured, SIGN, OPENSSL, pairs), note: openssl }]
}

function commandsOf({ settings: { keyFile }, folder }: KeyPlace, message: string): readonly Command[] {
  const node = (name: string, args: readonly string[]) => ({ name, command: process.execPath, args })
  const signport = commandPath()
  const [ours, theirs] = [join(folder, 'signport.sig'), join(folder, 'openssl.sig')]
  const uri = localUri(keyFile)
  return [
    node(BARE, [programPath('nothing')]),
    node(VERSION, [signport, '--version']),
    { ...node(SIGN, [signport, 'sign', message, '--uri', uri, '--output', ours]), signature: ours },
    {
      name: OPENSSL,
      command: 'openssl',
      args: ['dgst', '-sha256', '-sign', keyFile, '-out', theirs, message],
      signature: theirs,
    },
  ]
}

/** In milliseconds. What it has written is removed, off the clock, since the command replaces no file unasked. */
async function timeOf({ command, args, signature }: Command): Promise<number> {
  const { toEnd } = await runProcess(command, args)
  if (signature) await rm(signature)
  return toEnd
}

async function assertSigns(command: Command, message: string, publicKey: KeyObject): Promise<void> {
  if (!command.signature) return
  await runProcess(command.command, command.args)
  const signature = await readFile(command.signature)
  await rm(command.signature)
  if (!verify('sha256', await readFile(message), publicKey, signature))
    throw new Error(`${command.name} gave no valid signature`)
}

function rowOf(measured: Measured, subject: string, baseline: string, pairs: number): Row {
  return {
    group: GROUP,
    subject,
    baseline,
    unit: 'ms',
    subjectMedian: measured.median(subject),
    baselineMedian: measured.median(baseline),
    ratio: measured.ratio(subject, baseline),
    pairs,
  }
}
