import { AWS_FLOOR, AWS_KMS, RAW_SDK, TRENT } from '../../clients/aws-names.js'
import { checked, checkedDigest, unchecked } from '../../clients/check-names.js'
import type { Case } from '../../harness/case.js'
import { KMS_ALGORITHMS, type KmsAlgorithm } from '../../kms/kms.js'
import { type Compared, compareWays } from './comparison.js'

/** What a check may cost: RSA is verified in less time than ECDSA. */
const CHECKED: Readonly<Record<KmsAlgorithm, number>> = { RS256: 1 / 3, ES256: 1 / 2 }

const COMPARED: readonly Compared[] = KMS_ALGORITHMS.map((algorithm) => ({
  program: 'aws-client',
  checks: 'aws-checks',
  algorithm,
  comparisons: [
    {
      subject: unchecked(TRENT),
      baseline: RAW_SDK,
      atMost: (concurrency) => (concurrency === 1 ? 1 / 5 : 1 / 6),
    },
    { subject: unchecked(TRENT), baseline: AWS_FLOOR, atMost: () => 1.4 },
    { subject: checked(TRENT), baseline: RAW_SDK, atMost: () => CHECKED[algorithm] },
    { subject: checkedDigest(TRENT), baseline: RAW_SDK },
    { subject: unchecked(AWS_KMS), baseline: RAW_SDK, atMost: () => 1.1 },
    { subject: checked(AWS_KMS), baseline: RAW_SDK },
    { subject: checkedDigest(AWS_KMS), baseline: RAW_SDK },
  ],
}))

export const cpuAws: Case = {
  name: 'cpu/aws',
  title: 'CPU time of a signature: AWS KMS',
  method:
    'The CPU time of the client process, in all of its threads, for each signature of a message of 1,000 bytes, which goes to the service as its digest. The service is another process, which knows the signature before, answers after 2 ms and refuses what is not asked as it should be. Bare HTTP is node:http or node:https with kept connections: it sends a body and headers like those of trent-service, made once, and decodes the signature in the JSON that comes back. With signDigest, the caller hashes the message. Which way a check goes was observed before, in a process of its own.',
  run: (run) => compareWays(COMPARED, run),
}
