import { request } from 'node:http'

/** What requests are signed with. */
export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

/** Who may use a server, and who may not. */
export interface Access {
  /** May do everything that KMS has. */
  readonly permitted: Credentials
  /** Is known, and may do nothing; absent where there are no users. */
  readonly forbidden?: Credentials
}

/** Of a server that takes anybody. */
export const ANYBODY: Access = { permitted: { accessKeyId: 'anybody', secretAccessKey: 'of no importance' } }

const EVERYTHING_OF_KMS = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'kms:*', Resource: '*' }],
}

/** Makes two users, by IAM of a server that permits it to its first administrator, whose name is test. */
export async function createUsers(url: string, signal: AbortSignal): Promise<Access> {
  const call: Call = (parameters) => callIam(url, parameters, signal)
  const [permitted, forbidden] = [await createUser(call, 'permitted'), await createUser(call, 'forbidden')]
  const PolicyDocument = JSON.stringify(EVERYTHING_OF_KMS)
  await call({ Action: 'PutUserPolicy', UserName: 'permitted', PolicyName: 'kms', PolicyDocument })
  return { permitted, forbidden }
}

type Call = (parameters: Readonly<Record<string, string>>) => Promise<string>

async function createUser(call: Call, UserName: string): Promise<Credentials> {
  await call({ Action: 'CreateUser', UserName })
  const answer = await call({ Action: 'CreateAccessKey', UserName })
  const member = (name: string) => new RegExp(`<${name}>([^<]+)</${name}>`).exec(answer)?.[1] ?? ''
  return { accessKeyId: member('AccessKeyId'), secretAccessKey: member('SecretAccessKey') }
}

/** In IAM's own protocol, which is forms and XML. Neither server verifies the signature of its first administrator. */
function callIam(url: string, parameters: Readonly<Record<string, string>>, signal: AbortSignal) {
  const scope = 'Credential=test/20260101/us-east-1/iam/aws4_request'
  return postForm(url, new URLSearchParams({ Version: '2010-05-08', ...parameters }).toString(), signal, {
    'content-type': 'application/x-www-form-urlencoded',
    authorization: `AWS4-HMAC-SHA256 ${scope}, SignedHeaders=host, Signature=none`,
  })
}

/**
 * @param signal of whoever waits for the answer
 * @throws Error with what was answered, unless the status is 200
 */
export function postForm(
  url: string,
  body: string,
  signal: AbortSignal,
  headers: Readonly<Record<string, string>> = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (error: unknown) =>
      reject(signal.aborted ? new Error(`${url} gave no answer to a POST in time.`) : error)
    const asked = request(url, { method: 'POST', headers, agent: false, signal }, async (response) => {
      const parts = await response.toArray().catch(fail)
      const text = Buffer.concat(parts ?? []).toString()
      if (response.statusCode === 200) resolve(text)
      else reject(new Error(`${url} answered ${response.statusCode}: ${text}`))
    })
    asked.once('error', fail).end(body)
  })
}
