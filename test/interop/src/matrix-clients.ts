import { table } from './matrix.js'

/** What clients of others do with the emulator: each line is the subject of the tests that are named after the client. */
const CLIENTS: readonly [client: string, protocol: string, shows: string][] = [
  [
    'boto3 and botocore, for Python',
    'AWS KMS, signed with Signature Version 4',
    'every operation; keys of every kind, their signatures verified by others; errors as the exceptions of the SDK; pages; how often a fault is tried again; credentials for a while',
  ],
  [
    "smallstep's `kms/awskms`, for Go",
    'AWS KMS, signed with Signature Version 4',
    'keys of every kind that it makes, and with each certificates and requests for them; aliases and ARNs; faults, and signatures that are wrong; errors by their types',
  ],
  [
    'alibabacloud-kms20160120 and aliyun-python-sdk-kms, for Python',
    'OpenAPI of Alibaba Cloud, signed in headers and in the query',
    'every operation that the emulator has, and the names of all others; keys of every kind that signs, verified by openssl; errors; credentials for a while; faults',
  ],
  [
    'alibabacloud-dkms-gcs, for Python',
    'an instance of Alibaba Cloud KMS',
    'every operation that the emulator has, and the names of all others; keys of every kind that signs, verified by openssl; versions of keys; a ClientKey; errors; faults; clocks that differ',
  ],
]

/** What each client does. */
export function clientTable(): string {
  return table(['client', 'protocol', 'what it does'], CLIENTS)
}
