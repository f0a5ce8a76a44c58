/**
 * Does `count` operations, never more than `concurrency` at once, and ends when all are done: each that ends lets the next
 * begin. The first that fails lets no other begin, and is thrown.
 */
export async function concurrently(
  count: number,
  concurrency: number,
  once: () => Promise<unknown>,
): Promise<void> {
  let left = count
  const lane = async () => {
    while (left > 0) {
      left -= 1
      await once()
    }
  }
  const stopAll = (error: unknown) => {
    left = 0
    throw error
  }
  await Promise.all(Array.from({ length: Math.min(count, concurrency) }, () => lane().catch(stopAll)))
}
