import {
  CreateKeyCommand,
  GetPublicKeyCommand,
  type KeySpec,
  type KeyUsageType,
  KMSClient,
} from '@aws-sdk/client-kms'
import { createAwsKmsProvider } from '@signport/aws-kms'
import { createSigner, type Signer, type SignerOptions, type SigningProvider } from '@signport/core'
import {
  createTrentServiceClient,
  createTrentServiceProvider,
  type TrentServiceClient,
  type TrentServiceClientOptions,
} from '@signport/trent-service'
import type { ServerName } from './behaviour.js'
import type { Access, Credentials } from './server-access.js'
import { messageOf, type RunningServer, type ServerProgram, startServer } from './server-process.js'

/** A server, how it is started, and what it has. */
export interface ServerKind extends ServerProgram {
  readonly name: ServerName
  readonly region: string
  /** The key specs for signing that it takes. */
  readonly specs: readonly KeySpec[]
  /** Makes it ready until the signal says that it is late, and says who may use it. */
  prepare(url: string, signal: AbortSignal): Promise<Access>
}

/** Ours that are tried. */
export const PROVIDERS = ['aws-kms', 'trent-service'] as const

/** One of them. */
export type ProviderName = (typeof PROVIDERS)[number]

/** A server that runs, with the vendor's own client for it and with ours. */
export interface ServerUnderTest extends Access, VendorKeys {
  readonly kind: ServerKind
  /** Another client of the vendor's, perhaps of somebody else. */
  vendorOf(credentials: Credentials): KMSClient
  /** Our client without the checks of a signer. */
  clientOf(options: ClientOptions): TrentServiceClient
  /** Ours, with a provider of its own. The server closes it in the end, as it does all clients. */
  signer(
    provider: ProviderName,
    keyId: string,
    algorithm: string,
    options?: Partial<SignerOptions>,
    credentials?: Credentials,
  ): Signer
  close(): Promise<void>
}

type ClientOptions = Pick<TrentServiceClientOptions, 'auth' | 'credentials' | 'signedHeaders'>

/** Keys that the vendor's client makes and shows. */
interface VendorKeys {
  /** The vendor's client, which shows what the server itself does. */
  readonly vendor: KMSClient
  /** The id of the one key of a spec, which is made when it is first asked for. */
  keyOf(spec: KeySpec): Promise<string>
  /** The id of a new key. */
  createKey(spec: KeySpec, usage?: KeyUsageType): Promise<string>
  /** A key's public half: SubjectPublicKeyInfo, as DER. */
  publicKeyOf(keyId: string): Promise<Uint8Array>
}

/** A machine that is busy otherwise is no failure of a server, in milliseconds. */
const PATIENT = { attemptTimeoutMs: 20_000, timeoutMs: 40_000 }

const CREATE_PROVIDER = {
  'aws-kms': createAwsKmsProvider,
  'trent-service': createTrentServiceProvider,
} as const satisfies Record<ProviderName, (options: Connection) => SigningProvider>

interface Connection {
  readonly endpoint: string
  readonly region: string
  readonly credentials: Credentials
}

/** How long it may take to make a server ready that runs; with its start, less than a hook of the tests has. */
const PREPARE_MS = 60_000

/** Starts a server and makes it ready. @throws Error with what the server wrote */
export async function startServerUnderTest(
  kind: ServerKind,
  limitMs: number = PREPARE_MS,
): Promise<ServerUnderTest> {
  const running = await startServer(kind)
  try {
    const access = await kind.prepare(running.url, AbortSignal.timeout(limitMs))
    return serverUnderTest(kind, running, access)
  } catch (error) {
    await running.close()
    throw new Error(`${kind.name} could not be made ready: ${messageOf(error)}\n${running.output()}`)
  }
}

function serverUnderTest(kind: ServerKind, running: RunningServer, access: Access): ServerUnderTest {
  const connection = { endpoint: running.url, region: kind.region }
  const closers: (() => unknown)[] = []
  const closed = <T>(value: T, close: (value: T) => unknown): T => {
    closers.push(() => close(value))
    return value
  }
  const vendorOf = (credentials: Credentials) =>
    closed(new KMSClient({ ...connection, ...PLAIN, credentials }), (client) => client.destroy())
  return {
    ...access,
    ...vendorKeys(vendorOf(access.permitted)),
    kind,
    vendorOf,
    clientOf: (options) =>
      closed(createTrentServiceClient({ ...connection, ...options }), (client) => client.close()),
    signer(name, keyId, algorithm, options, credentials = access.permitted) {
      const provider = CREATE_PROVIDER[name]({ ...connection, credentials })
      const signer = createSigner({ provider, keyId, algorithm, ...PATIENT, ...options })
      return closed(signer, () => signer.close())
    },
    async close() {
      try {
        for (const close of closers) await close()
      } finally {
        await running.close()
      }
    },
  }
}

/** No kept connection, which a server may close while it is taken up again; no retries, which would hide what comes. */
const PLAIN = { maxAttempts: 1, requestHandler: { httpAgent: { keepAlive: false } } }

function vendorKeys(vendor: KMSClient): VendorKeys {
  const keys = new Map<KeySpec, Promise<string>>()
  const createKey = async (KeySpec: KeySpec, KeyUsage: KeyUsageType = 'SIGN_VERIFY') =>
    present((await vendor.send(new CreateKeyCommand({ KeySpec, KeyUsage }))).KeyMetadata?.KeyId)
  return {
    vendor,
    createKey,
    keyOf(spec) {
      const key = keys.get(spec) ?? createKey(spec)
      keys.set(spec, key)
      return key
    },
    publicKeyOf: async (KeyId) => present((await vendor.send(new GetPublicKeyCommand({ KeyId }))).PublicKey),
  }
}

/** What the SDK's types leave open. */
export function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('The server left out what it was asked for.')
  return value
}
