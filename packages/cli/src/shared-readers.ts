type Step = IteratorResult<Uint8Array, undefined>

/** One of several that read the same input. Who does not read to its end must `return`: the others wait for it. */
export interface SharedReader extends AsyncIterable<Uint8Array> {
  next(): Promise<Step>
  return(): Promise<Step>
}

const END: Step = { done: true, value: undefined }

/**
 * One input for readers that run at the same time. A chunk is read when all of them have asked for it, and valid until
 * they ask for the next one: nothing is kept, whatever the size of the input.
 */
export function sharedReaders(source: AsyncIterable<Uint8Array>, count: number): SharedReader[] {
  const chunks = source[Symbol.asyncIterator]()
  const reading = new Set(Array(count).keys())
  const asking = new Map<number, (step: Promise<Step>) => void>()
  function readOn(): void {
    if (asking.size === 0 || asking.size < reading.size) return
    const step = chunks.next()
    const answers = [...asking.values()]
    asking.clear()
    for (const answer of answers) answer(step)
  }
  function leave(reader: number): Step {
    asking.get(reader)?.(Promise.resolve(END))
    asking.delete(reader)
    if (reading.delete(reader)) readOn()
    return END
  }
  async function next(reader: number): Promise<Step> {
    if (!reading.has(reader)) return END
    const step = await new Promise<Step>((resolve) => {
      asking.set(reader, resolve)
      readOn()
    })
    return step.done ? leave(reader) : step
  }
  return [...reading].map((reader) => ({
    next: () => next(reader),
    return: async () => leave(reader),
    [Symbol.asyncIterator]() {
      return this
    },
  }))
}
