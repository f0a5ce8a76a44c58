/** What the results of a case are to reach, as it was asked for before anything was measured. */
export type Targets = readonly (readonly [group: RegExp, subject: string, baseline: string, limit: string])[]

const RSA = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512']

/** RSA, P-384, P-521 at least 90 % of node:crypto, P-256 and Ed25519 at least 75 %; verification likewise. */
const local = (by: string): Targets =>
  [/^Concurrency 1$/, /^Concurrency 4$/].flatMap((group) => [
    ...[...RSA, 'ES384', 'ES512'].map((name) => [group, `${name} by ${by}`, 'node:crypto', '≥ 0.9'] as const),
    ...['ES256', 'Ed25519'].map((name) => [group, `${name} by ${by}`, 'node:crypto', '≥ 0.75'] as const),
  ])

const FILE_SIGNERS = [
  'signport sign',
  'local, chunks of 512 KiB',
  'trent-service, check on, chunks of 512 KiB',
]

/** By the names of cases. A figure has no baseline. */
export const TARGETS: Readonly<Record<string, Targets>> = {
  'cpu/aws': [
    [/concurrency 1$/, 'trent-service, check off', 'raw AWS SDK', `≤ ${1 / 5}`],
    [/concurrency 32$/, 'trent-service, check off', 'raw AWS SDK', `≤ ${1 / 6}`],
    [/concurrency/, 'trent-service, check off', 'bare HTTP', '≤ 1.4'],
    [/^RS256/, 'trent-service, check on', 'raw AWS SDK', `≤ ${1 / 3}`],
    [/^ES256/, 'trent-service, check on', 'raw AWS SDK', `≤ ${1 / 2}`],
    [/concurrency/, 'aws-kms, check off', 'raw AWS SDK', '≤ 1.1'],
  ],
  'cpu/alibaba': [
    [/concurrency/, 'openapi, check off', 'raw Alibaba client', '≤ 1.1'],
    [/concurrency/, 'instance, check off', 'bare HTTP and an RSA-2048 signature', '≤ 1.3'],
  ],
  'start/library': [
    [/^time over bare Node$/, 'local', 'AWS SDK, import', `≤ ${1 / 4}`],
    [/^time over bare Node$/, 'trent-service, check off', 'AWS SDK, import', `≤ ${1 / 3}`],
  ],
  'large/file': FILE_SIGNERS.flatMap(
    (name): Targets => [
      [/^speed/, name, 'openssl dgst -sha256', '≥ 0.95'],
      [/^memory/, name, '', '≤ 100'],
    ],
  ),
  'local/sign': local('@signport/local'),
  'local/verify': local('createVerifier'),
  'bulk/throughput': [
    [/^Concurrency 16$/, 'trent-service by signMany, check off', 'bare HTTP', '≥ 0.8'],
    [/^Concurrency 64$/, 'trent-service by signMany, check off', 'bare HTTP', '≥ 0.8'],
  ],
  'bulk/quota': [
    [/bucket of 100: goodput$/, 'trent-service by signMany, maxPerSecond', '', '≥ 97'],
    [/bucket of 100: throttled$/, 'trent-service by signMany, maxPerSecond', '', '≤ 1'],
  ],
}
