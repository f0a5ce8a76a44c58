import { AWS_FLOOR, AWS_KMS, RAW_SDK, TRENT } from '../../clients/aws-names.js'
import { checked, checkedDigest, unchecked } from '../../clients/check-names.js'
import type { Case } from '../../harness/case.js'
import { type Compared, compareWays, NATIVE, PREHASHED } from './comparison.js'

const COMPARED: readonly Compared[] = [
  {
    program: 'aws-client',
    algorithm: 'RS256',
    comparisons: [
      {
        subject: unchecked(TRENT),
        baseline: RAW_SDK,
        atMost: (concurrency) => (concurrency === 1 ? 1 / 5 : 1 / 6),
      },
      { subject: unchecked(TRENT), baseline: AWS_FLOOR, atMost: () => 1.4 },
      { subject: checked(TRENT), baseline: RAW_SDK, atMost: () => 1 / 3, note: NATIVE },
      { subject: checkedDigest(TRENT), baseline: RAW_SDK, note: PREHASHED },
      { subject: unchecked(AWS_KMS), baseline: RAW_SDK, atMost: () => 1.1 },
      { subject: checked(AWS_KMS), baseline: RAW_SDK, note: NATIVE },
    ],
  },
  {
    program: 'aws-client',
    algorithm: 'ES256',
    comparisons: [
      { subject: checked(TRENT), baseline: RAW_SDK, atMost: () => 1 / 2, note: NATIVE },
      { subject: checkedDigest(TRENT), baseline: RAW_SDK, note: PREHASHED },
      { subject: checked(AWS_KMS), baseline: RAW_SDK, note: NATIVE },
    ],
  },
]

export const cpuAws: Case = {
  name: 'cpu/aws',
  title: 'CPU time of a signature: AWS KMS',
  method:
    'The CPU time of the client process, in all of its threads, for each signature of a message of 1,000 bytes, which goes to the service as its digest. The service is another process, which knows the signature before, answers after 2 ms and refuses what is not asked as it should be. Bare HTTP is node:http or node:https with kept connections: it sends a body and headers that trent-service has made, and parses the JSON that comes back.',
  run: (run) => compareWays(COMPARED, run),
}
