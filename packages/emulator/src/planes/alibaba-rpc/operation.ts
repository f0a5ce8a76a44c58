import type { OperationContext } from '../context.js'
import type { Parameters } from './parameters.js'

/** One operation: from the parameters of a request to the members of its answer. */
export type Operation = (parameters: Parameters, context: OperationContext) => object | Promise<object>
