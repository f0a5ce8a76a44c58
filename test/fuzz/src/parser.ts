import type { Arbitrary } from 'fast-check'

/** A parser, and what it is given. */
export interface Parser<Input = unknown> {
  /** As `--only` takes it, and as it stands in shares.json. */
  readonly name: string
  readonly inputs: Arbitrary<Input>
  /**
   * Gives it one input. What comes back was accepted, what is thrown refused it.
   *
   * @throws BrokenPromise where what was accepted is not what the parser promises
   */
  read(input: Input): unknown
  /** The class that it throws, where that is not a SigningError or a TypeError. */
  readonly ownError?: abstract new (
    ...args: never[]
  ) => Error
  /** What of an input nobody may be shown. */
  secretsIn?(input: Input): readonly string[]
  /** Whether its messages have a line for each mistake. */
  readonly severalLines?: true
  /** The least part of the inputs that must be accepted, for the fuzzer to have been anywhere; 0.01 by default. */
  readonly accepts?: number
  /** Before the first input and after the last one. */
  start?(): Promise<void>
  stop?(): Promise<void>
}

/** Makes a parser one of any. */
export function parser<Input>(described: Parser<Input>): Parser {
  return described as Parser
}

/** What was accepted breaks a promise, or what was thrown does. */
export class BrokenPromise extends Error {}

/** @throws BrokenPromise */
export function promise(kept: boolean, what: string): asserts kept {
  if (!kept) throw new BrokenPromise(what)
}
