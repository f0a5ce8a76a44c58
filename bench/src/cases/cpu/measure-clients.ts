import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ClientArgument, Samples } from '../../clients/measure-ways.js'
import { Measured } from '../../harness/measured.js'
import { withProgram } from '../../harness/with-program.js'
import type { Kms, KmsOptions } from '../../kms/kms.js'
import { withFolder } from '../with-folder.js'

/** A program that measures ways. */
export type ClientProgram = 'aws-client' | 'alibaba-client'

/** For all rounds of all ways, in milliseconds. */
const PATIENCE_MS = 10 * 60 * 1000

/** The SDK would write that it is not for this version of Node, where that is so. */
export const CLIENT_ENVIRONMENT = { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' } as const

/** Measures ways in a process of their own, whose CPU time is theirs alone, with the service in another one. */
export function measureClients(
  program: ClientProgram,
  service: KmsOptions,
  what: Omit<ClientArgument, 'kms'>,
): Promise<Measured> {
  return withProgram('kms-server', service, (kms: Kms) =>
    trusting(kms, (trust) => {
      const argument: ClientArgument = { kms, ...what }
      const env = { ...trust, ...CLIENT_ENVIRONMENT }
      const read = async (samples: Samples) => new Measured(new Map(Object.entries(samples)))
      return withProgram(program, argument, read, { env, patienceMs: PATIENCE_MS })
    }),
  )
}

/** The only way to name an authority that all clients know is the environment, before Node starts. */
function trusting<T>({ ca }: Kms, use: (env: Record<string, string>) => Promise<T>): Promise<T> {
  if (ca === undefined) return use({})
  return withFolder(async (folder) => {
    const file = join(folder, 'ca.pem')
    await writeFile(file, ca)
    return use({ NODE_EXTRA_CA_CERTS: file })
  })
}
