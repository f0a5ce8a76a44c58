/**
 * Runs a piece of work for each item, a few at a time. The results are in the order of the items. After a failure no
 * further item is taken.
 *
 * @throws the first failure, when nothing runs any more
 */
export async function fewAtOnce<Item, Result>(
  items: readonly Item[],
  most: number,
  run: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = []
  const failures: unknown[] = []
  const waiting = items.entries()
  async function work(): Promise<void> {
    for (const [index, item] of waiting) {
      if (failures.length > 0) return
      try {
        results[index] = await run(item)
      } catch (error) {
        failures.push(error)
      }
    }
  }
  await Promise.all(items.slice(0, most).map(work))
  if (failures.length > 0) throw failures[0]
  return results
}
