/** The ids of webhooks that were taken, each for as long as its timestamp would let it in again. */
export class SeenIds {
  readonly #until = new Map<string, number>()

  get size(): number {
    return this.#until.size
  }

  has(id: string): boolean {
    return this.#until.has(id)
  }

  /** Both times in seconds since 1970. */
  add(id: string, until: number, now: number): void {
    for (const [old, end] of this.#until) if (end < now) this.#until.delete(old)
    this.#until.set(id, until)
  }
}
