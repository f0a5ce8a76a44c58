import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ClientArgument, Samples } from '../../clients/measure-ways.js'
import { Measured } from '../../harness/measured.js'
import { withProgram } from '../../harness/with-program.js'
import type { Kms, KmsOptions } from '../../kms/kms.js'

/** A program that measures ways. */
export type ClientProgram = 'aws-client' | 'alibaba-client'

/** For all rounds of all ways, in milliseconds. */
const PATIENCE_MS = 10 * 60 * 1000

/** Measures ways in a process of their own, whose CPU time is theirs alone, with the service in another one. */
export function measureClients(
  program: ClientProgram,
  service: KmsOptions,
  what: Omit<ClientArgument, 'kms'>,
): Promise<Measured> {
  return withProgram('kms-server', service, (kms: Kms) =>
    trusting(kms, (trust) => {
      const argument: ClientArgument = { kms, ...what }
      const env = { ...trust, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' }
      const read = async (samples: Samples) => new Measured(new Map(Object.entries(samples)))
      return withProgram(program, argument, read, { env, patienceMs: PATIENCE_MS })
    }),
  )
}

/** The only way to name an authority that all clients know is the environment, before Node starts. */
async function trusting<T>({ ca }: Kms, use: (env: Record<string, string>) => Promise<T>): Promise<T> {
  if (ca === undefined) return use({})
  const folder = await mkdtemp(join(tmpdir(), 'signport-bench-'))
  try {
    const file = join(folder, 'ca.pem')
    await writeFile(file, ca)
    return await use({ NODE_EXTRA_CA_CERTS: file })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
