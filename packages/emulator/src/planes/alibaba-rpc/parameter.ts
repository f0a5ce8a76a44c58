import { AlibabaFailure } from '../alibaba/failure.js'
import type { Parameters } from './parameters.js'

/** @param rule what it should be, as a sentence goes on after "It should be" */
export function invalid(name: string, rule: string): AlibabaFailure {
  const message = `The specified parameter "${name}" is not valid. It should be ${rule}.`
  return new AlibabaFailure('InvalidParameter', message)
}

/** A parameter that may be there. */
export function optional(parameters: Parameters, name: string): string | undefined {
  return parameters.get(name) || undefined
}

/** A parameter that must be there. @throws AlibabaFailure `MissingParameter` */
export function required(parameters: Parameters, name: string): string {
  const value = optional(parameters, name)
  if (value !== undefined) return value
  const message = `The parameter "${name}" is needed but not provided.`
  throw new AlibabaFailure('MissingParameter', message)
}

interface Range {
  readonly min: number
  readonly max: number
  /** What it is when it is not there. */
  readonly usual: number
}

/** A whole number. @throws AlibabaFailure `InvalidParameter` */
export function integer(parameters: Parameters, name: string, { min, max, usual }: Range): number {
  const value = optional(parameters, name)
  if (value === undefined) return usual
  const number = Number(value)
  if (/^\d{1,10}$/.test(value) && number >= min && number <= max) return number
  throw invalid(name, `a whole number from ${min} to ${max}`)
}

/** One of several names. @throws AlibabaFailure `InvalidParameter` */
export function choice<T extends string>(
  parameters: Parameters,
  name: string,
  names: readonly T[],
): T | undefined {
  const value = optional(parameters, name)
  const known = names.find((each) => each === value)
  if (value === known) return known
  throw invalid(name, `one of ${names.join(', ')}`)
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

/** Bytes, in base64. @param length exactly as many, if it is given. @throws AlibabaFailure */
export function bytes(parameters: Parameters, name: string, length?: number): Buffer {
  const value = required(parameters, name)
  const decoded = Buffer.from(value, 'base64')
  if (BASE64.test(value) && (length === undefined || decoded.length === length)) return decoded
  throw invalid(name, length === undefined ? 'base64' : `base64 of exactly ${length} bytes`)
}
