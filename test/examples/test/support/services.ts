import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { generateKeyPair } from '@signport/contract'
import { type Emulator, startEmulator } from '@signport/emulator'

/** What the examples find outside of their project: services that the emulator plays. */
export interface Services {
  /** The variables that lead to the services. */
  readonly environment: Record<string, string>
  /** The public key behind `alias/documents` and `alias/github-app`, as PEM. */
  readonly rsaPublicKey: string
  /** What the services were asked for, in order. */
  operations(): readonly string[]
  close(): Promise<void>
}

const [EC, RSA, NEXT_EC] = [id(1), id(2), id(3)]

/** The keys by the names that the examples have for them. */
const ALIASES = {
  'alias/webhooks': EC,
  'alias/documents': RSA,
  'alias/github-app': RSA,
  'alias/tokens-2026-01': EC,
  'alias/tokens-2026-02': NEXT_EC,
}

/** Starts the services, with their files in a folder. */
export async function startServices(folder: string): Promise<Services> {
  const rsa = generateKeyPair('PS256')
  const emulator = await startEmulator({
    seed: {
      version: 1,
      keys: [
        { id: EC, spec: 'ECC_NIST_P256', privateKey: generateKeyPair('ES256').privateKey },
        { id: RSA, spec: 'RSA_2048', privateKey: rsa.privateKey },
        { id: NEXT_EC, spec: 'ECC_NIST_P256', privateKey: generateKeyPair('ES256').privateKey },
      ],
      aliases: Object.entries(ALIASES).map(([name, keyId]) => ({ name, keyId })),
    },
    region: 'eu-central-1',
    tls: true,
    clientKeyFolder: join(folder, 'client-key'),
  })
  const caFile = join(folder, 'ca.pem')
  writeFileSync(caFile, emulator.tls?.ca ?? '')
  return {
    environment: { ...emulator.environment, ...addresses(emulator), KMS_CA_FILE: caFile },
    rsaPublicKey: rsa.publicKey,
    operations: () => emulator.requests().map(({ operation }) => String(operation)),
    close: () => emulator.close(),
  }
}

/** Of the services for which no variable of the vendor's own says where they are. */
function addresses({ url, tls, clientKeyFiles }: Emulator): Record<string, string> {
  return {
    KMS_URL: url,
    KMS_INSTANCE_URL: tls?.url ?? '',
    CLIENT_KEY_FILE: clientKeyFiles?.path ?? '',
    CLIENT_KEY_PASSWORD_FILE: clientKeyFiles?.passwordPath ?? '',
  }
}

function id(number: number): string {
  return `00000000-0000-4000-8000-00000000000${number}`
}
