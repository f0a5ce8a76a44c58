/** Where somebody stands on a roll. */
interface Entry<T> {
  readonly member: T
  at: number
}

/**
 * Those who take part in something, in no order: with each call somebody comes and goes.
 *
 * A `Set` does the same, but when V8 makes its table anew, the table before refers to the next one. Once one of them has grown old,
 * all that follow are kept until the next full collection, with whatever was in them: under load a collection of young garbage
 * then costs several times as much.
 */
export class Roll<T> implements Iterable<T> {
  readonly #entries: Entry<T>[] = []

  /** @returns what takes the member off again; to do so twice changes nothing */
  add(member: T): () => void {
    const entry = { member, at: this.#entries.length }
    this.#entries.push(entry)
    return () => this.#remove(entry)
  }

  #remove(entry: Entry<T>): void {
    if (this.#entries[entry.at] !== entry) return
    const last = this.#entries.pop()
    if (!last || last === entry) return
    last.at = entry.at
    this.#entries[entry.at] = last
  }

  /** Those who are there now: whoever leaves meanwhile is told of, too. */
  *[Symbol.iterator](): Generator<T, void> {
    for (const { member } of [...this.#entries]) yield member
  }
}
