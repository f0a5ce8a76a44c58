import type { SigningErrorCode } from '@signport/core'

/** What whoever runs a service can do about each failure of a signer. */
export const ADVICE: Readonly<Record<SigningErrorCode, string>> = {
  InvalidArgument: 'Correct the key or the option that the message names.',
  UnknownAlgorithm: 'Name one of the algorithms that `signport algorithms` prints.',
  UnsupportedAlgorithm: 'Choose an algorithm that this provider has, or another provider for the signer.',
  MessageTooLarge: 'Leave messageType out, so that a digest is sent in place of the message.',
  DigestLengthMismatch: 'Please report it: a probe makes its digest itself.',
  KeyNotFound:
    'Compare key, region and account with what the service shows, or the path with the files that there are. A local key that is still to be generated is made by the first signature.',
  KeyDisabled: 'Enable the key, or name another one.',
  InvalidKeyState:
    'Look at the state of the key: if its deletion is pending, cancel that; otherwise name another key.',
  InvalidKeyUsage:
    'Name a key that is for signing and of the kind that the algorithm needs, or the algorithm that the key is for.',
  KeyUnavailable:
    'Look at the key store that holds the key, and probe again when it is connected; in a rotation, leave the key before it active until the time that the message names.',
  KeyMismatch: 'Find out who replaced the key. Only if that was meant, pin the thumbprint of the new one.',
  AccessDenied:
    'Give these credentials what `signport probe --policy` prints, and look whether the policy of the key permits it.',
  Unauthenticated:
    'Look whether the credentials are there, are those of this service, and have not expired, and whether this clock is right; for a local key, whether the passphrase is that of its file.',
  Throttled: 'Probe again later; if it stays so, raise the quota of the account.',
  Timeout: 'Look whether the endpoint can be reached from here: firewall, proxy, network of the instance.',
  Aborted: 'Probe again, and let it come to its end.',
  Unavailable: 'Look at the endpoint: its name, port and certificate. If they are right, probe again later.',
  Internal: 'Probe again later; if it stays so, give the request id to the support of the service.',
  InvalidResponse: 'Look whether a proxy or another service answers at the endpoint.',
  SignatureCheckFailed: 'Do not use this signer: what the service gave is no signature of its key.',
  Configuration: 'Correct what the message names: an option, a file, a variable of the environment.',
  Closed: 'Please report it: nothing should have closed the signer.',
}
