/** The members of an answer. */
export type Members = Readonly<Record<string, unknown>>

/** What an error is made of: an answer with nothing else is one, whatever its status says. */
const ERROR_MEMBERS = new Set(['__type', 'code', 'message'])

/** The members of a body; undefined for what is no JSON object. */
export function parseMembers(body: Uint8Array): Members | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(body))
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Members)
      : undefined
  } catch {
    return undefined
  }
}

/**
 * The service's code, without the namespace before it and the URL behind it:
 * `com.amazonaws.kms#NotFoundException:http://…`.
 *
 * @param errorType the header x-amzn-errortype
 */
export function errorCode(members: Members, errorType: unknown): string | undefined {
  const given = [members.__type, member(members, 'code'), errorType]
  const text = given.find((value) => typeof value === 'string' && value !== '') as string | undefined
  const name = text?.split(',', 1)[0]?.split(':', 1)[0]
  return name?.slice(name.indexOf('#') + 1).trim() || undefined
}

/** Whether an answer is a refusal although its status says that all went well. */
export function isErrorAnswer(members: Members, errorType: unknown): boolean {
  return errorCode(members, errorType) !== undefined && Object.keys(members).every(isErrorMember)
}

const isErrorMember = (name: string) => ERROR_MEMBERS.has(name.toLowerCase())

/** A member by its name in whatever case. */
export function member(members: Members, name: string): unknown {
  const found = Object.keys(members).find((each) => each.toLowerCase() === name)
  return found === undefined ? undefined : members[found]
}
