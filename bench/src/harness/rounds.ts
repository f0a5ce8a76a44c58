/**
 * The order of a round: each round begins with another one, and every second goes backwards, so that nobody always follows
 * the same one, and what becomes slower or faster in the course of a run does so for all.
 */
export function orderOf<T>(contenders: readonly T[], round: number): readonly T[] {
  const first = Math.floor(round / 2) % contenders.length
  const rotated = [...contenders.slice(first), ...contenders.slice(0, first)]
  return round % 2 === 0 ? rotated : rotated.reverse()
}
