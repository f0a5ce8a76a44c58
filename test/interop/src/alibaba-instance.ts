import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Emulator, type EmulatorOptions, startEmulator } from '@signport/emulator'
import type { AlibabaError } from './alibaba-openapi.js'
import { type Caller, createCaller } from './client-caller.js'
import { startClient } from './client-process.js'

/** In which of the SDK's ways it is given its ClientKey. */
interface InstanceOptions {
  readonly by?: 'file' | 'content' | 'privateKey'
  /** For the last of them. */
  readonly clientKey?: { readonly KeyId: string; readonly PrivateKey: string }
}

/** An emulator as an instance, with a CA and a ClientKey of its own, and Alibaba Cloud's SDK for instances. */
export interface AlibabaInstance extends Caller<AlibabaError, InstanceOptions> {
  readonly emulator: Emulator
}

/** The CA's certificate and the ClientKey are in files, as a customer has them. */
export async function startAlibabaInstance(
  options: Pick<EmulatorOptions, 'seed' | 'clock'>,
): Promise<AlibabaInstance> {
  const folder = mkdtempSync(join(tmpdir(), 'signport-instance-'))
  const remove = () => rmSync(folder, { recursive: true, force: true })
  const emulator = await startEmulator({ ...options, tls: true, clientKeyFolder: folder }).catch((error) => {
    remove()
    throw error
  })
  const { tls, clientKeyFiles } = emulator
  const caFile = join(folder, 'ca.pem')
  writeFileSync(caFile, tls?.ca ?? '')
  const { path = '', passwordPath = '' } = clientKeyFiles ?? {}
  const args = [`127.0.0.1:${tls?.port}`, caFile, path, passwordPath]
  const caller = createCaller<AlibabaError, InstanceOptions>(
    startClient('alibaba-instance', 'call_instance.py', { args }),
  )
  return {
    ...caller,
    emulator,
    async close() {
      await caller.close()
      await emulator.close()
      remove()
    },
  }
}
