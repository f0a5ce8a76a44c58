import { X509Certificate } from 'node:crypto'
import { assertLimits, oneOf, pemLabels, printable, typeName } from '@signport/core/kit'
import { credentialSourceOf, type TrentServiceCredentials } from './credentials.js'
import { readEndpoint } from './endpoint.js'
import { misconfigured, PROVIDER } from './failure.js'
import { assertTlsVerified, type CredentialSource } from './protocol/index.js'
import { readSignedHeaders } from './signed-headers.js'
import type { TrentServiceClientOptions } from './trent-service-options.js'

/** The options of a client, checked, with what they leave out. */
export interface ClientSettings {
  readonly url: URL
  readonly region: string
  /** Undefined when requests are not signed. */
  readonly credentials: CredentialSource<TrentServiceCredentials> | undefined
  readonly signedHeaders: ReadonlySet<string>
  readonly ca: string | undefined
  readonly maxConcurrency: number
}

/** As many as core sends at once. */
const MAX_CONCURRENCY = 64

/** @throws SigningError `Configuration`, with what was expected and nothing secret */
export function readClientOptions(options: TrentServiceClientOptions): ClientSettings {
  const { auth = 'sigv4', ca, maxConcurrency = MAX_CONCURRENCY } = options
  const { url, region, trusted } = readEndpoint(options)
  // The transport verifies certificates in any case; whoever has set this expects otherwise, and should know.
  if (url.protocol === 'https:') assertTlsVerified(PROVIDER, 'use the option ca for a private authority')
  if (auth !== 'sigv4' && auth !== 'none')
    throw misconfigured(`auth must be ${oneOf(['sigv4', 'none'])}, not ${printable(String(auth), 40)}.`)
  assertLimits({ maxConcurrency }, PROVIDER)
  if (ca !== undefined) assertCertificates(ca)
  const credentials =
    auth === 'none' ? unsigned(options) : credentialSourceOf(options.credentials, trusted, url.host)
  return {
    url,
    region,
    credentials,
    signedHeaders: readSignedHeaders(options.signedHeaders),
    ca,
    maxConcurrency,
  }
}

function unsigned({ credentials, endpoint }: TrentServiceClientOptions): undefined {
  if (credentials !== undefined)
    throw misconfigured(`credentials are not used with auth 'none': leave one of the two out.`)
  if (endpoint === undefined)
    throw misconfigured(`AWS takes no unsigned requests: leave auth 'none' out, or set endpoint.`)
}

function assertCertificates(ca: string): void {
  if (typeof ca !== 'string') throw misconfigured(`ca must be a string of PEM, not ${typeName(ca)}.`)
  const labels = pemLabels(ca)
  if (labels.length === 0 || labels.some((label) => label !== 'CERTIFICATE'))
    throw misconfigured('ca must hold certificates as PEM (-----BEGIN CERTIFICATE-----) and nothing else.')
  for (const pem of ca.split(/(?=-----BEGIN )/).filter((text) => text.startsWith('-----BEGIN')))
    assertCertificate(pem)
}

function assertCertificate(pem: string): void {
  try {
    new X509Certificate(pem)
  } catch {
    throw misconfigured('A certificate in ca is damaged: it cannot be read.')
  }
}
