import { X509Certificate } from 'node:crypto'
import { pemLabels, printable, readSmallFile, typeName } from '@signport/core/kit'
import type { AlibabaKmsInstanceOptions } from '../alibaba-kms-options.js'
import { misconfigured, PROVIDER } from '../failure.js'
import { once } from '../wait.js'

/** Gives the certificates of the instance's private authority, as PEM; undefined where none is named. */
export type AuthoritySource = () => Promise<string | undefined>

/** All authorities that browsers trust have a quarter of it. In bytes. */
const MAX_BYTES = 1024 * 1024

/**
 * Checks the options now and reads the file when it is needed.
 *
 * @throws SigningError `Configuration`
 */
export function createAuthoritySource({ ca, caFile }: AlibabaKmsInstanceOptions): AuthoritySource {
  if (ca !== undefined && caFile !== undefined)
    throw misconfigured('ca and caFile are two ways to say the same: leave one of them out.')
  if (caFile === undefined) {
    if (ca !== undefined) assertCertificates(ca, 'ca')
    return async () => ca
  }
  if (typeof caFile !== 'string' || caFile === '')
    throw misconfigured(`caFile must be a path, not ${typeName(caFile)}.`)
  return once(() => readCertificates(caFile), `The caFile ${printable(caFile)}`)
}

async function readCertificates(path: string): Promise<string> {
  const label = `caFile ${printable(path)}`
  const file = await readSmallFile(path, { provider: PROVIDER, label, maxBytes: MAX_BYTES })
  const pem = file.toString('utf8')
  assertCertificates(pem, `The ${label}`)
  return pem
}

function assertCertificates(pem: unknown, name: string): asserts pem is string {
  if (typeof pem !== 'string') throw misconfigured(`${name} must be a string of PEM, not ${typeName(pem)}.`)
  const labels = pemLabels(pem)
  if (labels.length === 0 || labels.some((label) => label !== 'CERTIFICATE'))
    throw misconfigured(
      `${name} must hold certificates as PEM (-----BEGIN CERTIFICATE-----) and nothing else.`,
    )
  for (const each of pem.split(/(?=-----BEGIN )/).filter((text) => text.startsWith('-----BEGIN')))
    assertCertificate(each, name)
}

function assertCertificate(pem: string, name: string): void {
  try {
    new X509Certificate(pem)
  } catch {
    throw misconfigured(`${name} has a certificate that is damaged: it cannot be read.`)
  }
}
