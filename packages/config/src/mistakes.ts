import { SigningError } from '@signport/core'
import { printable } from '@signport/core/kit'
import { instead, nearest } from './nearest.js'
import { isNoSecret, isSecretPlace } from './secret-place.js'
import { type Node, nodeAt, type Path, type Position } from './tree.js'

/** More of them help nobody. */
const MAX_SHOWN = 50

interface Mistake {
  readonly position: Position | undefined
  readonly line: string
  /** Of what is not there, where that is the mistake. */
  readonly missing: string | undefined
}

/** What is wrong with a configuration, gathered so that all of it is told at once. */
export class Mistakes {
  /** The file as it was named, or what else the configuration is called; empty for an object. */
  readonly #origin: string
  readonly #found: Mistake[] = []
  /** The options that were meant by those that there are not. */
  readonly #meant = new Set<string>()
  /** The tree in which paths are looked for, once there is one. */
  root: Node | undefined

  constructor(origin: string) {
    this.#origin = printable(origin, 1_000)
  }

  get count(): number {
    return this.#found.length
  }

  /**
   * A mistake in a value, or in its name.
   *
   * @param message what is wrong, without anything secret; it follows a colon
   */
  add(path: Path, message: string, about: 'value' | 'name' = 'value'): void {
    this.addAt(this.#positionOf(path, about), path, message)
  }

  /**
   * An option that there is not. That the one which was meant is missing is not told besides.
   *
   * @param names of the options that there are
   * @param listed those of them that are worth listing
   */
  addUnknown(path: Path, names: readonly string[], listed = names): void {
    const option = String(path.at(-1))
    const meant = nearest(option, names)
    if (meant !== undefined) this.#meant.add(textOf([...path.slice(0, -1), meant]))
    this.add(path, `there is no such option${instead(option, names, listed)}`, 'name')
  }

  /** A mistake at a place that is known already. */
  addAt(position: Position | undefined, path: Path, message: string): void {
    const place = [this.#origin, position?.line, position?.column].filter(
      (part) => part !== undefined && part !== '',
    )
    const line = [place.join(':'), shownPath(path), sentence(message)]
      .filter((part) => part !== '')
      .join(': ')
    const missing = message.startsWith('is missing') ? textOf(path) : undefined
    this.#found.push({ position, line, missing })
  }

  /** @throws SigningError `Configuration` with a line for each mistake, in the order of the file */
  throwIfAny(): void {
    if (this.#found.length === 0) return
    const told = this.#found.filter(({ missing }) => missing === undefined || !this.#meant.has(missing))
    const lines = [...new Set(told.sort(byPosition).map(({ line }) => line))]
    const shown = lines.slice(0, MAX_SHOWN)
    if (lines.length > MAX_SHOWN) shown.push(`and ${lines.length - MAX_SHOWN} more.`)
    const heading = `${this.#origin || 'The configuration'} has ${lines.length} mistakes:`
    throw configurationError(lines.length === 1 ? shown : [heading, ...shown])
  }

  #positionOf(path: Path, about: 'value' | 'name'): Position | undefined {
    if (!this.root) return undefined
    const { node, found } = nodeAt(this.root, path)
    return found && about === 'value' ? node.at : (node.keyAt ?? node.at)
  }
}

/** The error with several lines, each of which is fit to be shown already. */
function configurationError(lines: readonly string[]): SigningError {
  const error = new SigningError('Configuration', lines[0] ?? '')
  // A line break between mistakes is ours, and would be escaped like one from elsewhere.
  const message = lines.join('\n')
  // There may be none: a program decides how many are kept.
  const [frames = ''] = /\n {4}at .*$/s.exec(String(error.stack)) ?? []
  Object.defineProperty(error, 'message', { value: message, configurable: true, writable: true })
  Object.defineProperty(error, 'stack', {
    value: `${error.name}: ${message}${frames}`,
    configurable: true,
    writable: true,
  })
  return error
}

const textOf = (path: Path) => JSON.stringify(path)

function byPosition({ position: a }: Mistake, { position: b }: Mistake): number {
  if (!a || !b) return 0
  return a.line - b.line || a.column - b.column
}

/** What is inside a secret place is not shown, names included: one of them may be the secret. */
function shownPath(path: Path): string {
  const end = path.findIndex((_, index) => isSecretPlace(path.slice(0, index + 1)))
  const within = end < 0 ? [] : path.slice(end + 1)
  const open = within.every(isNoSecret) ? path : path.slice(0, end + 1)
  return open.map((step) => printable(String(step), 100)).join('.')
}

/** Text with a mark at its end. */
export const sentence = (text: string) => (/[.?!:]$/.test(text) ? text : `${text}.`)
