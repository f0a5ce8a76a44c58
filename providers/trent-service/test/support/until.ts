/** Waits for what comes by itself, however busy the machine is; what never comes is what the test's own time is for. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5))
}
