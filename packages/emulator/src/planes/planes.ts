import type { ClientKeys } from '../client-key/client-keys.js'
import { createInstancePlane } from './alibaba-instance/instance-plane.js'
import { createRpcPlane } from './alibaba-rpc/rpc-plane.js'
import type { PlaneContext } from './context.js'
import type { Plane } from './plane.js'
import { createTrentPlane } from './trent/trent-plane.js'

/** All protocols. Which one a request speaks is asked in this order. */
export function createPlanes(context: PlaneContext, clientKeys: ClientKeys): readonly Plane[] {
  return [createTrentPlane(context), createInstancePlane(context, clientKeys), createRpcPlane(context)]
}
