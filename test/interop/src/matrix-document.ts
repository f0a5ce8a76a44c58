import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { absenceTable, type IsVerified, signatureTables, table, verifierTable } from './matrix.js'
import { clientTable } from './matrix-clients.js'
import { matrixParts } from './matrix-parts.js'
import { behaviourTable, consequenceTable, serverTable } from './matrix-servers.js'

const PATH = fileURLToPath(new URL('../../../docs/interop.md', import.meta.url))

/** The document that is committed; empty where there is none yet. */
export function committedDocument(): string {
  try {
    return readFileSync(PATH, 'utf8')
  } catch {
    return ''
  }
}

export function writeDocument(text: string): void {
  writeFileSync(PATH, text)
}

/** What the run found, in words that are the same on every machine where it finds the same. */
export function matrixDocument(isVerified: IsVerified): string {
  return `${[
    INTRODUCTION,
    SIGNATURES,
    signatureTables(isVerified),
    VERIFIERS,
    verifierTable(),
    absenceTable(),
    FORMS,
    SERVERS,
    serverTable(),
    BEHAVIOUR,
    behaviourTable(),
    CONSEQUENCES,
    consequenceTable(),
    CLIENTS,
    clientTable(),
    VERSIONS,
    partsTable(),
  ].join('\n\n')}\n`
}

function partsTable(): string {
  const rows = matrixParts().map(({ name, language, versions }) => [name, language, versions.join(', ')])
  return table(['part', 'language', 'versions'], rows)
}

const INTRODUCTION = `# What others say

Verifiers, servers and clients that somebody else wrote, installed from their registries and left as they are, judge what
Signport does. \`npm run test:interop\` asks them all, and fails when a signature or a server is not as it stands here.`

const SIGNATURES = `## Signatures

Each provider signs one message with each of its algorithms: \`local\` by itself, the others through the emulator.
**verified** says that the verifier found the signature valid for this message, and not valid for another one. Verifiers know
the public key as whoever made it has it, not as the provider answers. **–** says that the verifier does not have the
algorithm; why not is said [below](#verifiers).

A context (FIPS 204) and the id of an SM2 signer are part of what is signed: without them, the same signature is not valid.`

const VERIFIERS = `## Verifiers

Every algorithm has verifiers of at least two origins. \`openssl\` and \`cryptography\` have the code of OpenSSL, in different
releases, and count as one; so would \`node:crypto\`, which verifies ML-DSA from Node 24 on, and does so in \`npm test\` there.`

const FORMS = `What \`Ed25519ph-SHA512\` signs is verified as Ed25519ph of SHA-512 of the message:
[the form of AWS KMS](../packages/core/README.md#verifying-elsewhere).`

const SERVERS = `## Servers

Servers of others that speak the protocol of AWS KMS, asked by \`aws-kms\` and by \`trent-service\`.`

const BEHAVIOUR = `What they do:`

const CONSEQUENCES = `What Signport makes of it:`

const CLIENTS = `## Clients

Clients of others that the emulator must serve as the real services would.`

const VERSIONS = `## Versions

Each part is installed in a folder of its own, with these versions and what they bring with them, all of them locked:
requirements.txt has versions and hashes, go.mod versions and go.sum hashes.`
