import { randomBytes } from 'node:crypto'
import type { Credential } from './credential.js'
import { createFaultTable, type FaultTable } from './faults/fault-table.js'
import { readDocument, writeDocument } from './keys/key-document.js'
import { readKeyFile, readSeedFile, writeKeyFile } from './keys/key-file.js'
import { createKeyStore, type KeyState, type KeyStore } from './keys/key-store.js'
import { type EmulatorOptions, readOptions, type Settings } from './options.js'
import type { PlaneContext } from './planes/context.js'
import type { Answer, Plane, PlaneRequest } from './planes/plane.js'
import { partitionOf } from './planes/trent/arn.js'
import { createTrentPlane } from './planes/trent/trent-plane.js'
import { createRequestLog, type RequestRecord } from './request-log.js'
import { answerControl, type Control, isControl } from './server/control.js'
import { HOST, startHttpServer } from './server/http-server.js'

/** An emulator that runs. */
export interface Emulator extends AsyncDisposable {
  /** The endpoint for clients, such as `http://127.0.0.1:49152`. */
  readonly url: string
  readonly host: string
  readonly port: number
  readonly region: string
  readonly accountId: string
  /** Who may use it; the first is the one in `environment`. */
  readonly credentials: readonly [Credential, ...Credential[]]
  /** What requests to the control plane, under `/_signport/`, must bring. */
  readonly controlToken: string
  /** The variables by which AWS SDKs and the AWS CLI find it. */
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
  const { region, accountId, credentials, notify, clock, auth } = settings
  const store = createKeyStore({ clock, initial: await initialState(settings), ...saving(settings) })
  const faults = createFaultTable()
  const log = createRequestLog()
  const controlToken = randomBytes(32).toString('base64url')
  const planes = [
    createTrentPlane({
      place: { region, accountId, partition: partitionOf(region) },
      credentials: auth === 'none' ? undefined : credentials,
      store,
      faults,
      log,
      clock,
      notify,
    } satisfies PlaneContext),
  ]
  const control = { token: controlToken, faults }
  const server = await startHttpServer(settings.port, (request) => dispatch(request, planes, control))
  if (auth === 'none') notify('Requests are not checked: every program on this machine can use the keys.')
  const close = closing(() => server.close(), store)
  const url = `http://${HOST}:${server.port}`
  return {
    url,
    host: HOST,
    port: server.port,
    region,
    accountId,
    credentials,
    controlToken,
    environment: environmentOf(url, region, credentials[0]),
    faults,
    requests: () => log.list(),
    close,
    [Symbol.asyncDispose]: close,
  }
}

async function initialState(settings: Settings): Promise<KeyState> {
  const { keysFile, seedFile, seed, clock } = settings
  const path = seedFile ?? keysFile
  const document = seedFile ? await readSeedFile(seedFile) : keysFile ? await readKeyFile(keysFile) : seed
  if (document !== undefined)
    return readDocument(document, path === undefined ? 'The seed' : `The file of keys ${path}`, clock())
  const state: KeyState = { keys: new Map(), aliases: new Map() }
  // A path that cannot be written to is better noticed now than when there is a key to lose.
  await saving(settings).save?.(state)
  return state
}

function saving({ keysFile }: Settings): { save?: (state: KeyState) => Promise<void> } {
  return keysFile === undefined ? {} : { save: (state) => writeKeyFile(keysFile, writeDocument(state)) }
}

async function dispatch(request: PlaneRequest, planes: readonly Plane[], control: Control): Promise<Answer> {
  if (isControl(request)) return answerControl(request, control)
  const plane = planes.find((each) => each.claims(request))
  if (plane) return plane.answer(request)
  const message = 'This is an emulator of AWS KMS: send X-Amz-Target: TrentService.OPERATION.'
  const headers = { 'content-type': 'application/json' }
  return { kind: 'response', status: 404, headers, body: `${JSON.stringify({ message })}\n` }
}

function environmentOf(url: string, region: string, credential: Credential): Record<string, string> {
  const { accessKeyId, secretAccessKey, sessionToken } = credential
  return {
    AWS_ENDPOINT_URL_KMS: url,
    AWS_REGION: region,
    // The name that Python's SDK and the AWS CLI look for.
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    ...(sessionToken !== undefined && { AWS_SESSION_TOKEN: sessionToken }),
  }
}

/** However often it is asked for, an emulator is closed once. */
function closing(closeServer: () => Promise<void>, store: KeyStore): () => Promise<void> {
  let closed: Promise<void> | undefined
  return () => {
    closed ??= closeServer().then(() => store.close())
    return closed
  }
}
