import { INSTANCE, INSTANCE_FLOOR, OPENAPI, OPENAPI_FLOOR, RAW_CLIENT } from '../../clients/alibaba-names.js'
import { checked, checkedDigest, unchecked } from '../../clients/check-names.js'
import type { Case } from '../../harness/case.js'
import { KMS_ALGORITHMS } from '../../kms/kms.js'
import { type Compared, compareWays } from './comparison.js'

const COMPARED: readonly Compared[] = KMS_ALGORITHMS.map((algorithm) => ({
  program: 'alibaba-client',
  checks: 'alibaba-checks',
  algorithm,
  comparisons: [
    { subject: unchecked(OPENAPI), baseline: RAW_CLIENT, atMost: () => 1.1 },
    { subject: checked(OPENAPI), baseline: RAW_CLIENT },
    { subject: checkedDigest(OPENAPI), baseline: RAW_CLIENT },
    { subject: unchecked(OPENAPI), baseline: OPENAPI_FLOOR },
    { subject: unchecked(INSTANCE), baseline: INSTANCE_FLOOR, atMost: () => 1.3 },
    { subject: checked(INSTANCE), baseline: INSTANCE_FLOOR },
    { subject: checkedDigest(INSTANCE), baseline: INSTANCE_FLOOR },
    { subject: unchecked(INSTANCE), baseline: RAW_CLIENT },
  ],
}))

export const cpuAlibaba: Case = {
  name: 'cpu/alibaba',
  title: 'CPU time of a signature: Alibaba Cloud KMS',
  method:
    'As for AWS KMS. Bare HTTP sends the parameters and headers of the vendor’s client for OpenAPI; for an instance, it sends the body and headers of Signport, and makes one RSA-2048 signature in the thread pool for each request, because an instance takes none without. The rate of openapi, 180 requests a second by default, is set so high that nothing waits for it.',
  run: (run) => compareWays(COMPARED, run),
}
