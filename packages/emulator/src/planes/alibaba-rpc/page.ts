import { integer } from './parameter.js'
import type { Parameters } from './parameters.js'

/** One page of a list, and where it stands in it. */
export interface Page<T> {
  readonly items: readonly T[]
  readonly members: { readonly TotalCount: number; readonly PageNumber: number; readonly PageSize: number }
}

/** The longest list that can be asked for. */
const MAX_SIZE = 101

/** The page of a list that a request wants. @throws AlibabaFailure `InvalidParameter` */
export function pageOf<T>(all: readonly T[], parameters: Parameters): Page<T> {
  const PageNumber = integer(parameters, 'PageNumber', { min: 1, max: 2 ** 31 - 1, usual: 1 })
  const PageSize = integer(parameters, 'PageSize', { min: 1, max: MAX_SIZE, usual: 10 })
  const items = all.slice((PageNumber - 1) * PageSize, PageNumber * PageSize)
  return { items, members: { TotalCount: all.length, PageNumber, PageSize } }
}
