import { bulkQuota } from './cases/bulk/quota.js'
import { bulkThroughput } from './cases/bulk/throughput.js'
import { cpuAlibaba } from './cases/cpu/alibaba.js'
import { cpuAws } from './cases/cpu/aws.js'
import { largeFile } from './cases/large/file.js'
import { localSign } from './cases/local/sign.js'
import { localVerify } from './cases/local/verify.js'
import { sizeHandler } from './cases/size/handler.js'
import { sizeInstalled } from './cases/size/installed.js'
import { startCommand } from './cases/start/command.js'
import { startLibrary } from './cases/start/library.js'
import type { Case } from './harness/case.js'

/** Everything that is measured, in the order of the results page. */
export const cases: readonly Case[] = [
  cpuAws,
  cpuAlibaba,
  startLibrary,
  startCommand,
  sizeInstalled,
  sizeHandler,
  largeFile,
  localSign,
  localVerify,
  bulkThroughput,
  bulkQuota,
]
