/** What a piece of work fails with, which it must. */
export async function failureOf(work: () => unknown): Promise<Error> {
  try {
    await work()
  } catch (error) {
    return error as Error
  }
  throw new Error('It did not fail.')
}
