import { randomBytes } from 'node:crypto'
import type { ClientKey } from './client-key/client-key.js'
import type { ClientKeyFiles, OpenedClientKey } from './client-key/client-key-folder.js'
import { createClientKeys } from './client-key/client-keys.js'
import type { Credential } from './credential.js'
import { environmentOf } from './environment.js'
import { readFaults } from './faults/fault-document.js'
import { createFaults, type Faults } from './faults/faults.js'
import { inTurn } from './in-turn.js'
import { createAliasMover } from './keys/alias-mover.js'
import { openKeyStore } from './keys/open-key-store.js'
import { createStrangerKeys } from './keys/stranger-keys.js'
import { type EmulatorOptions, readOptions, type Settings } from './options.js'
import type { PlaneContext } from './planes/context.js'
import type { RequestHead } from './planes/plane.js'
import { createPlanes } from './planes/planes.js'
import { partitionOf } from './planes/trent/arn.js'
import { createRequestLog, type RequestRecord } from './request-log.js'
import { createControlResponder, isControl } from './server/control.js'
import { type Endpoint, listen, type PlaneEndpoints } from './server/endpoints.js'
import { HOST } from './server/http-server.js'
import { noProtocol } from './server/no-protocol.js'

/** An emulator that runs. */
export interface Emulator extends Endpoint, AsyncDisposable {
  readonly host: string
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
  readonly faults: Faults
  /** Where each protocol is spoken alone, with the option `separatePorts`. */
  readonly planes: PlaneEndpoints | undefined
  /** The newest requests, the oldest first, without what was in their messages. */
  requests(): readonly RequestRecord[]
  /** Answers what is under way, ends all connections, and leaves nothing running. */
  close(): Promise<void>
}

/**
 * Starts an emulator on 127.0.0.1.
 *
 * @throws TypeError for options, or for a file of keys or of faults, that cannot be used; the system's error for a port that
 *   is taken (`EADDRINUSE`) and for files that cannot be read
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const settings = readOptions(options)
  const { region, accountId, credentials, notify, clock, auth, clientKeyFolder } = settings
  const faults = createFaults(await readFaults(settings))
  const store = await openKeyStore(settings)
  const folder = clientKeyFolder === undefined ? undefined : await openFolder(clientKeyFolder, clock())
  const clientKeys = createClientKeys(clock, folder?.clientKey)
  const [log, controlToken] = [createRequestLog(), randomToken()]
  const context = contextOf(settings, { store, faults, log })
  const planes = createPlanes(context, clientKeys)
  const control = createControlResponder({ token: controlToken, faults, planes: () => listening.planes })
  const responderOf = (head: RequestHead) =>
    isControl(head) ? control : (planes.find((each) => each.claims(head)) ?? noProtocol)
  const listening = await listen({ ...settings, planes, responderOf })
  if (auth === 'none') notify('Requests are not checked: every program on this machine can use the keys.')
  const close = once(async () => {
    await listening.close()
    await store.close()
  })
  return {
    ...listening.shared,
    host: HOST,
    planes: listening.planes,
    region,
    accountId,
    credentials,
    clientKey: clientKeys.get,
    clientKeyFiles: folder?.files,
    controlToken,
    environment: environmentOf(listening.shared.url, region, credentials[0]),
    faults: publicPart(faults),
    requests: () => log.list(),
    close,
    [Symbol.asyncDispose]: close,
  }
}

function publicPart({ add, clear, list, random, seen }: Faults): Faults {
  return { add, clear, list, random, seen }
}

function contextOf(
  { region, accountId, credentials, auth, clock, notify }: Settings,
  shared: Pick<PlaneContext, 'store' | 'faults' | 'log'>,
): PlaneContext {
  return {
    ...shared,
    place: { region, accountId, partition: partitionOf(region) },
    credentials: auth === 'none' ? undefined : credentials,
    strangers: createStrangerKeys(),
    mover: createAliasMover(shared.store, clock),
    clock,
    notify,
  }
}

/** It takes a while to be loaded, and few need it. */
const loadFolder = inTurn(() => import('./client-key/client-key-folder.js'))

async function openFolder(folder: string, now: Date): Promise<OpenedClientKey> {
  const { openClientKeyFolder } = await loadFolder()
  return openClientKeyFolder(folder, now)
}

function randomToken(): string {
  return randomBytes(32).toString('base64url')
}

/** However often it is asked for, an emulator is closed once. */
function once(close: () => Promise<void>): () => Promise<void> {
  let closed: Promise<void> | undefined
  return () => {
    closed ??= close()
    return closed
  }
}
