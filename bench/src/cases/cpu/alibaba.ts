import { INSTANCE, INSTANCE_FLOOR, OPENAPI, OPENAPI_FLOOR, RAW_CLIENT } from '../../clients/alibaba-names.js'
import { checked, unchecked } from '../../clients/check-names.js'
import type { Case } from '../../harness/case.js'
import { type Compared, compareWays, NATIVE } from './comparison.js'

const COMPARED: readonly Compared[] = [
  {
    program: 'alibaba-client',
    algorithm: 'RS256',
    comparisons: [
      { subject: unchecked(OPENAPI), baseline: RAW_CLIENT, atMost: () => 1.1 },
      { subject: checked(OPENAPI), baseline: RAW_CLIENT, note: NATIVE },
      { subject: unchecked(OPENAPI), baseline: OPENAPI_FLOOR },
      { subject: unchecked(INSTANCE), baseline: INSTANCE_FLOOR, atMost: () => 1.3 },
      { subject: checked(INSTANCE), baseline: INSTANCE_FLOOR, note: NATIVE },
      { subject: unchecked(INSTANCE), baseline: RAW_CLIENT },
    ],
  },
]

export const cpuAlibaba: Case = {
  name: 'cpu/alibaba',
  title: 'CPU time of a signature: Alibaba Cloud KMS',
  method:
    'As for AWS KMS. Bare HTTP sends the parameters and headers of the vendor’s client for OpenAPI; for an instance, it sends the body and headers of Signport, and makes one RSA-2048 signature in the thread pool for each request, because an instance takes none without. The rate of openapi, 180 requests a second by default, is set so high that nothing waits for it.',
  run: (run) => compareWays(COMPARED, run),
}
