import { randomBytes } from 'node:crypto'
import type { ServerIdentity } from './certificates/private-ca.js'
import type { ClientKey } from './client-key/client-key.js'
import type { ClientKeyFiles, OpenedClientKey } from './client-key/client-key-folder.js'
import { createClientKeys } from './client-key/client-keys.js'
import type { Credential } from './credential.js'
import { environmentOf } from './environment.js'
import { createFaultTable, type FaultTable } from './faults/fault-table.js'
import { inTurn } from './in-turn.js'
import { openKeyStore } from './keys/open-key-store.js'
import { type EmulatorOptions, readOptions, type Settings } from './options.js'
import type { RequestHead, Responder } from './planes/plane.js'
import { createPlanes } from './planes/planes.js'
import { partitionOf } from './planes/trent/arn.js'
import { createRequestLog, type RequestRecord } from './request-log.js'
import { createControlResponder, isControl } from './server/control.js'
import { HOST, type HttpServer, startHttpServer } from './server/http-server.js'
import { noProtocol } from './server/no-protocol.js'

/** Where an emulator speaks TLS. */
export interface TlsEndpoint {
  /** Such as `https://127.0.0.1:49153`. */
  readonly url: string
  readonly port: number
  /** The certificate of the CA that clients must trust, PEM. It is for this machine alone, and for seven days. */
  readonly ca: string
}

/** An emulator that runs. */
export interface Emulator extends AsyncDisposable {
  /** The endpoint for clients, such as `http://127.0.0.1:49152`. */
  readonly url: string
  readonly host: string
  readonly port: number
  /** The same by TLS, with the option `tls`. */
  readonly tls: TlsEndpoint | undefined
  readonly region: string
  readonly accountId: string
  /** Who may use it; the first is the one in `environment`. */
  readonly credentials: readonly [Credential, ...Credential[]]
  /** What clients of the protocol of KMS instances sign with. The same at every call. */
  clientKey(): Promise<ClientKey>
  /** Where it is on the disk, with the option `clientKeyFolder`. */
  readonly clientKeyFiles: ClientKeyFiles | undefined
  /** What requests to the control plane, under `/_signport/`, must bring. */
  readonly controlToken: string
  /** The variables by which the SDKs and commands of AWS and of Alibaba Cloud find it. */
  readonly environment: Readonly<Record<string, string>>
  /** What goes wrong on purpose. */
  readonly faults: Pick<FaultTable, 'add' | 'clear' | 'list'>
  /** The newest requests, the oldest first, without what was in their messages. */
  requests(): readonly RequestRecord[]
  /** Answers what is under way, ends all connections, and leaves nothing running. */
  close(): Promise<void>
}

/**
 * Starts an emulator on 127.0.0.1.
 *
 * @throws TypeError for options or a file of keys that cannot be used; the system's error for a port that is taken
 *   (`EADDRINUSE`) and for files that cannot be read
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const settings = readOptions(options)
  const { region, accountId, credentials, notify, clock, auth, clientKeyFolder } = settings
  const store = await openKeyStore(settings)
  const folder = clientKeyFolder === undefined ? undefined : await openFolder(clientKeyFolder, clock())
  const clientKeys = createClientKeys(clock, folder?.clientKey)
  const [faults, log, controlToken] = [createFaultTable(), createRequestLog(), randomToken()]
  const place = { region, accountId, partition: partitionOf(region) }
  const allowed = auth === 'none' ? undefined : credentials
  const context = { place, credentials: allowed, store, faults, log, clock, notify }
  const planes = createPlanes(context, clientKeys)
  const control = createControlResponder({ token: controlToken, faults })
  const responderOf = (head: RequestHead) =>
    isControl(head) ? control : (planes.find((each) => each.claims(head)) ?? noProtocol)
  const listening = await listen(settings, responderOf)
  if (auth === 'none') notify('Requests are not checked: every program on this machine can use the keys.')
  const close = once(async () => {
    await listening.close()
    await store.close()
  })
  return {
    ...listening.endpoints,
    region,
    accountId,
    credentials,
    clientKey: clientKeys.get,
    clientKeyFiles: folder?.files,
    controlToken,
    environment: environmentOf(listening.endpoints.url, region, credentials[0]),
    faults,
    requests: () => log.list(),
    close,
    [Symbol.asyncDispose]: close,
  }
}

/** What makes certificates takes a while to be loaded, and few need it. */
const loadFolder = inTurn(() => import('./client-key/client-key-folder.js'))
const loadCa = inTurn(() => import('./certificates/private-ca.js'))

async function openFolder(folder: string, now: Date): Promise<OpenedClientKey> {
  const { openClientKeyFolder } = await loadFolder()
  return openClientKeyFolder(folder, now)
}

function randomToken(): string {
  return randomBytes(32).toString('base64url')
}

interface Listening {
  readonly endpoints: Pick<Emulator, 'url' | 'host' | 'port' | 'tls'>
  close(): Promise<void>
}

async function listen(
  { port, tls }: Settings,
  responderOf: (head: RequestHead) => Responder,
): Promise<Listening> {
  const identity = tls ? await createIdentity() : undefined
  const servers = [await startHttpServer(port, responderOf)]
  const tlsServer = identity && (await startHttpServer(0, responderOf, identity))
  if (tlsServer) servers.push(tlsServer)
  const [plain] = servers as [HttpServer]
  return {
    endpoints: {
      url: `http://${HOST}:${plain.port}`,
      host: HOST,
      port: plain.port,
      tls: tlsServer && {
        url: `https://${HOST}:${tlsServer.port}`,
        port: tlsServer.port,
        ca: identity.ca,
      },
    },
    close: async () => void (await Promise.all(servers.map((server) => server.close()))),
  }
}

/** By the time of the machine, as clients judge it. */
async function createIdentity(): Promise<ServerIdentity> {
  const { createServerIdentity } = await loadCa()
  return createServerIdentity(new Date())
}

/** However often it is asked for, an emulator is closed once. */
function once(close: () => Promise<void>): () => Promise<void> {
  let closed: Promise<void> | undefined
  return () => {
    closed ??= close()
    return closed
  }
}
