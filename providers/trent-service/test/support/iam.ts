/** What a request to KMS looks like to IAM. */
export interface IamRequest {
  readonly action: string
  /** The ARN of the key, whatever it was asked by. */
  readonly resource: string
  /** The name of the alias that it was asked by. */
  readonly alias?: string
}

interface Statement {
  readonly Effect: string
  readonly Action: readonly string[]
  readonly Resource: readonly string[]
  readonly Condition?: { readonly StringEquals: Readonly<Record<string, readonly string[]>> }
}

/**
 * What IAM would decide by a document alone, as its user guide has it: `*` and `?` in a resource stand for other
 * characters, `${*}`, `${?}` and `${$}` for themselves, and a condition on a key that a request lacks is not met.
 */
export function iamAllows(document: object | undefined, request: IamRequest): boolean {
  const { Version, Statement } = document as { Version: string; Statement: readonly Statement[] }
  if (Version !== '2012-10-17') throw new Error('Older versions have no variables.')
  return Statement.some(
    ({ Effect, Action, Resource, Condition }) =>
      Effect === 'Allow' &&
      Action.some((each) => matches(each, request.action)) &&
      Resource.some((each) => matches(each, request.resource)) &&
      Object.entries(Condition?.StringEquals ?? {}).every(
        ([name, values]) =>
          name === 'kms:RequestAlias' &&
          request.alias !== undefined &&
          values.map(withoutVariables).includes(request.alias),
      ),
  )
}

const VARIABLE = /\$\{([*?$])\}/g

const withoutVariables = (value: string) => value.replaceAll(VARIABLE, '$1')

function matches(pattern: string, value: string): boolean {
  const parts = pattern.split(/(\$\{[*?$]\}|[*?])/)
  const source = parts.map((part) => {
    if (part === '*') return '.*'
    return part === '?' ? '.' : withoutVariables(part).replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')
  })
  return new RegExp(`^${source.join('')}$`, 's').test(value)
}
