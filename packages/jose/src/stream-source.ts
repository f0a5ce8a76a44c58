/** A stream, and the end of it where nobody comes to read it. */
export interface StreamSource {
  readonly stream: AsyncIterable<Uint8Array>
  /** Ends a stream of which nothing was read yet; once it is read, its reader ends it. */
  release(): void
}

/** A failed call leaves no file open, whether it fails before its stream is read or after. */
export function sourceOf(stream: AsyncIterable<Uint8Array>): StreamSource {
  let isUntouched = true
  const release = () => {
    if (isUntouched) endUnread(stream)
    isUntouched = false
  }
  return { stream: { [Symbol.asyncIterator]: () => iterate() }, release }

  function iterate(): AsyncIterator<Uint8Array> {
    const source = stream[Symbol.asyncIterator]()
    return {
      next() {
        isUntouched = false
        return source.next()
      },
      async return() {
        if (isUntouched) release()
        else await source.return?.()
        return { done: true, value: undefined }
      },
    }
  }
}

/** Not by its iterator alone: that of a stream of node's own is a generator, and one that has not begun ends without it. */
function endUnread(stream: AsyncIterable<Uint8Array>): void {
  const { destroy, cancel } = stream as { destroy?: unknown; cancel?: unknown }
  const ended = async () => {
    if (typeof destroy === 'function') destroy.call(stream)
    else if (typeof cancel === 'function') await cancel.call(stream)
    else await stream[Symbol.asyncIterator]().return?.()
  }
  // How it takes it is its own affair: the call has failed for another reason.
  ended().catch(() => undefined)
}
