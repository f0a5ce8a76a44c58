/**
 * Whether a version is of a range, as far as the manifests here have ranges: `1.2.3` and `^1.2.3`.
 *
 * @throws Error for any other range or version, so that none passes because nobody understood it
 */
export function isInRange(version: string, range: string): boolean {
  const [least, actual] = [numbersOf(range.replace(/^\^/, '')), numbersOf(version)]
  if (!range.startsWith('^')) return compare(actual, least) === 0
  // What the caret holds on to: everything up to the first number that is not zero.
  const fixed =
    Math.max(
      least.findIndex((number) => number > 0),
      0,
    ) + 1
  return compare(actual.slice(0, fixed), least.slice(0, fixed)) === 0 && compare(actual, least) >= 0
}

function numbersOf(text: string): number[] {
  if (!/^\d+\.\d+\.\d+$/.test(text))
    throw new Error(`${text} is no version or range of the kind 1.2.3 or ^1.2.3`)
  return text.split('.').map(Number)
}

/** Below zero, zero or above it, as the first of two versions is lower, the same or higher. */
function compare(one: readonly number[], other: readonly number[]): number {
  const differences = one.map((number, index) => number - (other[index] ?? 0))
  return differences.find((difference) => difference !== 0) ?? 0
}
