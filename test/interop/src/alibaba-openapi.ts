import type { Emulator } from '@signport/emulator'
import { type Caller, createCaller } from './client-caller.js'
import { startClient } from './client-process.js'

/** Alibaba Cloud's SDKs for Python: the newer one in both of its ways to sign requests, and the older one. */
export const ALIBABA_SDKS = ['alibabacloud', 'alibabacloud-v2', 'aliyun'] as const

export type AlibabaSdk = (typeof ALIBABA_SDKS)[number]

/** Who calls, where that is not who is in the environment. */
export interface AlibabaOptions {
  /** The key's id, its secret and, where there is one, the security token. */
  readonly access?: readonly string[]
}

/** What a Python program would catch. */
export interface AlibabaError {
  readonly class: string
  readonly code: string
  readonly message: string
  readonly status: number | null
}

/** One of Alibaba Cloud's SDKs for the OpenAPI, with signatures of requests. */
export function startAlibabaOpenApi(
  { environment, host, port, region }: Emulator,
  sdk: AlibabaSdk,
): Caller<AlibabaError, AlibabaOptions> {
  const args = [sdk, `${host}:${port}`, region]
  return createCaller(startClient('alibaba-openapi', 'call_kms.py', { args, environment }))
}
