import type { RotationStep } from '@signport/core'
import { isoTime, printable } from '@signport/core/kit'

/** What a sentence about a step says of it. */
interface StepText {
  /** The key, by its name and by where it is. */
  readonly key: string
  readonly at: string
  readonly retiredAt: string
  readonly isDue: boolean
  /** The active key's name, and what becomes of it. */
  readonly active: string
  readonly isActiveDone: boolean
}

/** What each step means for whoever keeps the configuration: before its time, and when it is due. */
const SENTENCES: Readonly<Record<RotationStep['step'], (text: StepText) => string>> = {
  sign: ({ key, at }) => `${key} signs from ${at} on: until then, verifiers may not know it.`,
  activate: ({ key, at, isDue, active }) =>
    isDue
      ? `${key} may be made active, as every verifier has known it since ${at}: move it to active, with published as it stands, and ${active} to retired, with retiredAt the time from which no program signs with it, plus clockTolerance.`
      : `${key} may be made active from ${at} on: until then, verifiers may not know it.`,
  'take-over': ({ key, at }) => `${key} signs from ${at} on, by activateAt.`,
  promote: ({ key, at, active, isActiveDone }) =>
    `${key} has signed since ${at}, by activateAt: move it to active, without activateAt and with published as it stands, and ${active} to retired, with retiredAt: ${at}${isActiveDone ? ' (or leave it out: its last token has expired)' : ''}.`,
  remove: ({ key, at, retiredAt, isDue }) =>
    isDue
      ? `${key} has not been needed since ${at}, when its last token had expired: remove it, and disable it in its service, unless something else uses it.`
      : `${key} signs nothing from ${retiredAt} on, and is in key sets until ${at}.`,
}

/**
 * The steps of a rotation in sentences, which say what to do where it is due.
 *
 * @param name of the rotation
 */
export function sentencesOf(name: string, steps: readonly RotationStep[]): readonly string[] {
  const isPromoting = steps.some(({ step }) => step === 'promote')
  const done = steps.find(({ place, step, isDue }) => place === 'active' && step === 'remove' && isDue)
  const active = printable(`${name}.active`)
  // Whoever moves the next key to active decides there what becomes of the one that stands in its place.
  const told = isPromoting ? steps.filter((step) => step !== done) : steps
  return told.map((step) =>
    SENTENCES[step.step]({
      key: keyText(`${name}.${step.place}`, step.signer),
      at: timeText(step.at),
      retiredAt: timeText(step.retiredAt ?? step.at),
      isDue: step.isDue,
      active,
      isActiveDone: done !== undefined,
    }),
  )
}

/** A key as sentences call it: by its name in the configuration, and by what its service calls it. */
export function keyText(
  name: string,
  { provider, keyId }: Pick<RotationStep['signer'], 'provider' | 'keyId'>,
) {
  return `${printable(name)} (${printable(provider)}, ${printable(keyId)})`
}

const timeText = (date: Date) => isoTime(date.getTime())

/** A step for programs. */
export function stepToJson(name: string, { role, place, signer, step, at, isDue }: RotationStep) {
  return { name: `${name}.${place}`, role, key: signer.keyId, step, at: timeText(at), due: isDue }
}
