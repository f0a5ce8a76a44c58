/** What a piece of work is rejected with; a test that sees it succeed fails. */
export async function failure(work: () => Promise<unknown>): Promise<unknown> {
  try {
    await work()
  } catch (error) {
    return error
  }
  throw new Error('there was no failure')
}
