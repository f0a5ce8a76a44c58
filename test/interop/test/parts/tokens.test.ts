import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { signJws } from '@signport/jose'
import { FORGERY_NAMES, forge } from '../../src/forgeries.js'
import { type Answer, askPython, type Question } from '../../src/python.js'
import { CLAIMS, headerFor, headerNames, signSample } from '../../src/sample-token.js'
import { TOKEN_ALGORITHMS } from '../../src/token-keys.js'
import { TOKEN_MATRIX, TOKEN_PROVIDERS, type TokenProvider } from '../../src/token-providers.js'
import { startTokenServices, type TokenServices } from '../../src/token-services.js'

const PAYLOAD = randomBytes(1_000)

/** What Python refuses a forged token as. Nothing else counts: a question that it could not answer is no refusal. */
const REFUSALS: Readonly<Record<string, string>> = {
  'other claims': 'InvalidSignatureError',
  'another header': 'InvalidSignatureError',
  'a bit of the signature turned': 'InvalidSignatureError',
  'no signature': 'InvalidSignatureError',
  'alg none': 'InvalidAlgorithmError',
}

let services: TokenServices

beforeAll(async () => {
  services = await startTokenServices()
})
afterAll(() => services.close())

const algsOf = (provider: TokenProvider) =>
  TOKEN_MATRIX[provider].flatMap((algorithm) => headerNames(algorithm).map((alg) => ({ algorithm, alg })))

async function questionsOf(provider: TokenProvider): Promise<Question[]> {
  const questions = algsOf(provider).map(async ({ algorithm, alg }): Promise<Question[]> => {
    const signer = services.signer(provider, algorithm)
    const token = await signSample(signer, headerFor(algorithm, alg))
    const jws = await signJws(signer, PAYLOAD, headerFor(algorithm, alg))
    const forged = FORGERY_NAMES.map((name): Question => {
      return { id: `${alg} ${name}`, alg, kind: 'jwt', token: forge(token, name) }
    })
    return [
      { id: `${alg} jwt`, alg, kind: 'jwt', token },
      { id: `${alg} jws`, alg, kind: 'jws', token: jws },
      ...forged,
    ]
  })
  return (await Promise.all(questions)).flat()
}

test('Python is asked about every algorithm that JOSE has a name for', () => {
  expect(algsOf('local').map(({ alg }) => alg)).toEqual(TOKEN_ALGORITHMS.flatMap(headerNames))
  expect(Object.keys(REFUSALS)).toEqual(FORGERY_NAMES)
})

describe.each(TOKEN_PROVIDERS)('what %s signed', (provider) => {
  let answers: ReadonlyMap<string, Answer>
  beforeAll(async () => {
    const questions = await questionsOf(provider)
    answers = await askPython(services.keySetUrl(provider), questions)
    expect([...answers.keys()]).toEqual(questions.map(({ id }) => id))
  })

  test.each(algsOf(provider))('is a valid token by PyJWT: $alg', ({ alg }) => {
    const expected = { ...CLAIMS, iat: expect.any(Number), exp: expect.any(Number) }
    expect(answers.get(`${alg} jwt`)).toEqual({ id: `${alg} jwt`, claims: expected })
  })

  test.each(algsOf(provider))('is a valid JWS by PyJWT, whatever its payload: $alg', ({ alg }) => {
    const payload = PAYLOAD.toString('base64')
    expect(answers.get(`${alg} jws`)).toEqual({ id: `${alg} jws`, payload })
  })

  test.each(algsOf(provider))('is refused when it was tampered with: $alg', ({ alg }) => {
    const verdicts = FORGERY_NAMES.map((name) => [name, answers.get(`${alg} ${name}`)?.error])
    expect(Object.fromEntries(verdicts)).toEqual(REFUSALS)
  })
})

test('a control of PyJWT: it takes a token for the algorithm that is permitted alone', async () => {
  const token = await signSample(services.signer('local', 'ES256'))
  const questions = ['ES256', 'HS256'].map((alg): Question => ({ id: alg, alg, kind: 'jwt', token }))
  const answers = await askPython(services.keySetUrl('local'), questions)
  expect(answers.get('ES256')?.claims).toMatchObject(CLAIMS)
  expect(answers.get('HS256')).toEqual({ id: 'HS256', error: 'InvalidAlgorithmError' })
})
