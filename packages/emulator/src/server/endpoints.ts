import type { ServerIdentity } from '../certificates/private-ca.js'
import { inTurn } from '../in-turn.js'
import type { Plane, RequestHead, Responder } from '../planes/plane.js'
import type { PlaneName } from '../planes/plane-name.js'
import { HOST, type Service, startHttpServer } from './http-server.js'
import { noProtocol } from './no-protocol.js'
import { openPlanePort, type PlanePort, type Start } from './plane-port.js'

/** Where an emulator speaks TLS. */
export interface TlsEndpoint {
  /** Such as `https://127.0.0.1:49153`. */
  readonly url: string
  readonly port: number
  /** The certificate of the CA that clients must trust, PEM. It is for this machine alone, and for seven days. */
  readonly ca: string
}

/** Where an emulator listens. */
export interface Endpoint {
  /** The endpoint for clients, such as `http://127.0.0.1:49152`. */
  readonly url: string
  readonly port: number
  /** The same by TLS, with the option `tls`. */
  readonly tls: TlsEndpoint | undefined
}

/** A port that speaks one protocol, and that can be shut. */
export interface PlaneEndpoint extends Endpoint {
  /** Whether it listens now. */
  readonly accepting: boolean
  /** Stops listening and ends all connections: the next one is refused. */
  refuse(): Promise<void>
  /** Listens on the same port again. @throws the system's error when somebody else has taken it meanwhile */
  accept(): Promise<void>
}

/** The ports of the protocols, by their names. */
export type PlaneEndpoints = Readonly<Record<PlaneName, PlaneEndpoint>>

/** How an emulator listens. */
export interface Listen {
  readonly port: number
  readonly tls: boolean
  readonly separatePorts: boolean
  readonly planes: readonly Plane[]
  /** Who answers requests on the port that all protocols share. */
  readonly responderOf: (head: RequestHead) => Responder
  readonly clock: () => Date
}

/** Everything that listens. */
export interface Listening {
  readonly shared: Endpoint
  readonly planes: PlaneEndpoints | undefined
  close(): Promise<void>
}

/** Listens on all ports, or on none. @throws the system's error, such as `EADDRINUSE` */
export async function listen(options: Listen): Promise<Listening> {
  const { port, separatePorts, planes, responderOf } = options
  const identity = options.tls ? await createIdentity() : undefined
  const opened: PlanePort[] = []
  const open = async (first: number, answering: Listen['responderOf']) => {
    const ports = await openPlanePort(
      startsOf({ responderOf: answering, clock: options.clock }, first, identity),
    )
    opened.push(ports)
    return ports
  }
  const close = async () => void (await Promise.all(opened.map((each) => each.close())))
  try {
    const shared = endpointOf(await open(port, responderOf), identity)
    const own: [PlaneName, PlaneEndpoint][] = []
    for (const plane of separatePorts ? planes : [])
      own.push([plane.name, planeEndpoint(await open(0, onlyBy(plane)), identity)])
    return { shared, planes: separatePorts ? (Object.fromEntries(own) as PlaneEndpoints) : undefined, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** @param first the port of the first start, where that is chosen; of later ones it is known */
function startsOf(service: Service, first: number, identity: ServerIdentity | undefined): Start[] {
  const plain: Start = (port) => startHttpServer(port || first, service)
  return identity ? [plain, (port) => startHttpServer(port, { ...service, identity })] : [plain]
}

function onlyBy(plane: Plane): Listen['responderOf'] {
  return (head) => (plane.claims(head) ? plane : noProtocol)
}

function endpointOf(
  { ports: [port = 0, tlsPort = 0] }: PlanePort,
  identity: ServerIdentity | undefined,
): Endpoint {
  return {
    url: `http://${HOST}:${port}`,
    port,
    tls: identity && { url: `https://${HOST}:${tlsPort}`, port: tlsPort, ca: identity.ca },
  }
}

function planeEndpoint(port: PlanePort, identity: ServerIdentity | undefined): PlaneEndpoint {
  return {
    ...endpointOf(port, identity),
    get accepting() {
      return port.accepting
    },
    refuse: port.refuse,
    accept: port.accept,
  }
}

/** What makes certificates takes a while to be loaded, and few need it. */
const loadCa = inTurn(() => import('../certificates/private-ca.js'))

/** By the time of the machine, as clients judge it. */
async function createIdentity(): Promise<ServerIdentity> {
  const { createServerIdentity } = await loadCa()
  return createServerIdentity(new Date())
}
