import type { ClientProcess } from './client-process.js'

/** What became of a call: it has one of both. */
interface Outcome<E> {
  readonly output?: object
  readonly error?: E
}

/** A vendor's SDK, which calls the operations of a service by their names. */
export interface Caller<E, O extends object> {
  /** Every operation that the SDK knows. */
  operations(): Promise<readonly string[]>
  outcome(operation: string, input?: object, options?: O): Promise<Outcome<E>>
  /** @throws Error when the call fails */
  succeed<T>(operation: string, input?: object, options?: O): Promise<T>
  /** @throws Error when the call succeeds */
  fail(operation: string, input?: object, options?: O): Promise<E>
  close(): Promise<void>
}

/** @param python a program that knows the questions `operations` and `call` */
export function createCaller<E, O extends object>(python: ClientProcess): Caller<E, O> {
  const outcome = (operation: string, input: object = {}, options?: O): Promise<Outcome<E>> =>
    python.ask({ ask: 'call', operation, input, ...options })
  return {
    operations: async () => memberOf(await python.ask({ ask: 'operations' }), 'operations', 'operations'),
    outcome,
    succeed: async (operation, input, options) =>
      memberOf(await outcome(operation, input, options), operation, 'output'),
    fail: async (operation, input, options) =>
      memberOf(await outcome(operation, input, options), operation, 'error'),
    close: () => python.close(),
  }
}

/** A part of an answer. @throws Error with the whole answer, where it is not there */
export function memberOf<T>(answer: object, question: string, name: string): T {
  if (name in answer) return (answer as Record<string, T>)[name] as T
  throw new Error(`${question} was answered with ${JSON.stringify(answer)}`)
}
