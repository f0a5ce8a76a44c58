import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Case, Result, Row, Run, Target, Unit } from '../../harness/case.js'
import { intervalOf } from '../../harness/interval.js'
import { Measured, ratioOf } from '../../harness/measured.js'
import { compareAny } from '../../harness/pairs.js'
import type { StartSettings } from '../../programs/start/started.js'
import { beyondStart } from '../beyond-start.js'
import { type KeyPlace, withKey } from '../with-key.js'
import { loadedModules } from './loaded-modules.js'
import { assertSigns, runStarter, type Starter, start } from './starter.js'

/** How often each program is started, unless it is only to be seen that all of them work. */
const STARTS = 20

const BARE = 'bare Node'
const SDK = 'AWS SDK, import'

const TARGETS: Readonly<Record<string, Target>> = {
  local: { atMost: 1 / 4 },
  'trent-service, check off': { atMost: 1 / 3 },
}

export const startLibrary: Case = {
  name: 'start/library',
  title: 'Cold start: from the start of a process to its first signature',
  method: [
    'Each program signs 32 bytes by RS256, with a key of 2,048 bits in a file, or in a service of the measuring process that',
    'signs by the same key; then it writes the signature, which is where time ends. CPU time is that of its whole process',
    'until then. From both is taken what a program took in the same round that writes and does nothing else. Credentials are',
    'constants in the code, or in the environment where there is a configuration, which has the check off. Node resolves an',
    'import of the AWS SDK to its CommonJS. Modules are the files that were evaluated, ES or CommonJS, in a run of their own,',
    'as V8 lists them, without those of the program itself and of Node.',
  ].join(' '),
  run: (run) => withKey((place) => measure(place, run)),
}

async function measure(place: KeyPlace, run: Run): Promise<readonly Result[]> {
  const bare = { name: BARE, program: 'bare', settings: settingsOf(place) }
  const signing = await signingStarters(place)
  for (const starter of signing) await assertSigns(starter, place.publicKey)
  run.progress('modules')
  const modules = await moduleFigures([bare, ...signing], place.folder)
  return [...(await timeRows([bare, ...signing], run)), ...modules]
}

function settingsOf({ settings }: KeyPlace): StartSettings {
  return { ...settings, message: 'a message of thirty-two bytes ..' }
}

async function signingStarters(place: KeyPlace): Promise<readonly Starter[]> {
  const settings = settingsOf(place)
  const { endpoint, region, keyId, keyFile } = settings
  const service = { key: keyId, endpoint, region, check: 'never' }
  const program = (name: string, program: string): Starter => ({ name, program, settings })
  const configured = async (provider: string, entry: object): Promise<Starter> => {
    const configuration = await writeConfiguration(place.folder, provider, entry)
    const name = `${provider}, by configuration`
    return { name, program: 'configured', settings: { ...settings, configuration } }
  }
  return [
    program(SDK, 'sdk-imported'),
    program('AWS SDK, require', 'sdk-required'),
    program('local', 'local'),
    await configured('local', { key: keyFile }),
    program('trent-service, check off', 'trent-service'),
    program('trent-service, check on', 'trent-service-checked'),
    await configured('trent-service', service),
    program('aws-kms, check off', 'aws-kms'),
    await configured('aws-kms', service),
  ]
}

/** JSON is YAML. */
async function writeConfiguration(folder: string, provider: string, entry: object): Promise<string> {
  const path = join(folder, `${provider}.yaml`)
  const documents = { provider, algorithm: 'RS256', ...entry }
  await writeFile(path, JSON.stringify({ signers: { documents } }))
  return path
}

async function timeRows(starters: readonly Starter[], run: Run): Promise<readonly Result[]> {
  const pairs = run.quick ? run.pairs : STARTS
  const cpu = new Map(starters.map(({ name }) => [name, [] as number[]]))
  const sample = async (starter: Starter) => {
    const { wall, cpu: ofProcess } = await start(starter)
    cpu.get(starter.name)?.push(ofProcess)
    return wall
  }
  const samplers = starters.map((starter) => ({ name: starter.name, sample: () => sample(starter) }))
  const onRound = (round: number) => run.progress(`start ${round + 1} of ${pairs}`)
  const wall = await compareAny(samplers, { pairs, onRound })
  const names = starters.map(({ name }) => name).filter((name) => name !== BARE)
  return [
    ...rowsOf('time over bare Node', 'ms', names, wall, run.quick),
    ...rowsOf('CPU time over bare Node', 'ms CPU', names, new Measured(cpu), run.quick),
  ]
}

function rowsOf(
  group: string,
  unit: Unit,
  names: readonly string[],
  measured: Measured,
  quick: boolean,
): readonly Result[] {
  const costs = (name: string) => beyondStart(measured, name, { start: BARE, quick })
  const row = (subject: string): Row => ({
    group,
    subject,
    baseline: SDK,
    unit,
    subjectMedian: intervalOf(costs(subject)).median,
    baselineMedian: intervalOf(costs(SDK)).median,
    ratio: ratioOf(costs(subject), costs(SDK)),
    pairs: measured.of(subject).length,
    ...(unit === 'ms' && TARGETS[subject] && { target: TARGETS[subject] }),
  })
  const bare = { group, subject: `${BARE}, which is taken off`, unit, value: measured.median(BARE) }
  return [bare, ...names.filter((name) => name !== SDK).map(row)]
}

async function moduleFigures(starters: readonly Starter[], folder: string): Promise<readonly Result[]> {
  const counts = new Map<string, ReadonlySet<string>>()
  for (const starter of starters)
    counts.set(starter.name, await loadedModules(folder, (environment) => runStarter(starter, environment)))
  const own = counts.get(BARE)?.size ?? 0
  return [...counts]
    .filter(([name]) => name !== BARE)
    .map(([subject, modules]) => ({
      group: 'modules loaded',
      subject,
      unit: 'modules' as const,
      // The program itself takes the place of the bare one.
      value: modules.size - own,
    }))
}
