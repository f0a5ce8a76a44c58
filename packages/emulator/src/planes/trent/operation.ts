import type { OperationContext } from '../context.js'
import { type InputOf, type Members, readInput } from './member.js'

/** One operation: from the members of a request to those of its answer. */
export type Operation = (request: object, context: OperationContext) => Promise<object>

/** Makes an operation of the members that it takes and of what it does with them. */
export function operation<M extends Members>(
  members: M,
  run: (input: InputOf<M>, context: OperationContext) => object | Promise<object>,
): Operation {
  return async (request, context) => run(readInput(members, request), context)
}
