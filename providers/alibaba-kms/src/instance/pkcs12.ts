import { createPrivateKey, type KeyObject } from 'node:crypto'
import { misconfigured } from '../failure.js'
import { type Forge, MAX_ROUNDS, roundsOf } from './pkcs12-rounds.js'

/**
 * Takes the private key out of a PKCS#12 (RFC 7292). Node has no way to do so, and its TLS opens no file that is encrypted
 * with RC2, as those of a ClientKey may be. A library does, which is loaded now and not before.
 *
 * @param what where it came from, for messages
 * @throws SigningError `Configuration` for a wrong password, for what is no PKCS#12, for one that would take too long to open,
 * and when there is not exactly one key
 */
export async function readPkcs12(content: Buffer, password: string, what: string): Promise<KeyObject> {
  const { default: forge } = await import('node-forge')
  const parsed = parse(forge, content, what)
  assertSoonOpened(forge, parsed, what)
  const { pkcs8ShroudedKeyBag, keyBag } = forge.pki.oids as Record<string, string>
  const types = [pkcs8ShroudedKeyBag, keyBag].filter((oid) => oid !== undefined)
  const file = opened(forge, parsed, password, what)
  const bags = types.flatMap((bagType) => file.getBags({ bagType })[bagType] ?? [])
  const [bag] = bags
  if (!bag?.key || bags.length > 1)
    throw misconfigured(
      `${what} must hold exactly one private key, and that an RSA key; it has ${bags.length}.`,
    )
  const der = forge.asn1.toDer(forge.pki.privateKeyToAsn1(bag.key)).getBytes()
  return createPrivateKey({ key: Buffer.from(der, 'latin1'), format: 'der', type: 'pkcs1' })
}

function parse(forge: Forge, content: Buffer, what: string) {
  try {
    return forge.asn1.fromDer(content.toString('latin1'))
  } catch {
    throw misconfigured(`${what} is no PKCS#12: download the ClientKey again, and hand it over as it is.`)
  }
}

/** Before the library begins: it hashes without a pause, so that nothing could end it. */
function assertSoonOpened(forge: Forge, parsed: ReturnType<typeof parse>, what: string): void {
  if (roundsOf(forge, parsed) <= MAX_ROUNDS) return
  throw misconfigured(
    `${what} hashes its password more than ${MAX_ROUNDS} times: encrypt it again with fewer iterations, or download the ClientKey again.`,
  )
}

/** The library's own errors are not repeated: what they say is for its authors. */
function opened(forge: Forge, parsed: ReturnType<typeof parse>, password: string, what: string) {
  try {
    return forge.pkcs12.pkcs12FromAsn1(parsed, true, password)
  } catch {
    throw misconfigured(`${what} cannot be opened: the password is wrong, or the file is damaged.`)
  }
}
