import type { Behaviour } from './behaviour.js'

/** What servers make of what they are to sign. */
export const SIGNING = {
  'a digest': {
    found: {
      moto: 'is hashed once more',
      ministack: 'is signed as it is',
      'local-kms': 'is signed as it is',
    },
    signport: {
      'is hashed once more':
        "`SignatureCheckFailed`, which says so; `messageType: 'raw'` helps, up to 4,096 bytes",
      'is signed as it is': 'the signature is released',
    },
  },
  'the salt of PSS': {
    found: {
      moto: 'is as long as it can be',
      ministack: 'is as long as the digest',
      'local-kms': 'is as long as it can be',
    },
    signport: {
      'is as long as it can be': "`SignatureCheckFailed`, which says so; `saltLength: 'any'` helps",
      'is as long as the digest': 'the signature is released',
    },
  },
  'a digest for PSS': {
    found: {
      moto: 'is hashed once more and has the longest salt',
      ministack: 'is signed as it is',
      'local-kms': 'has the longest salt alone',
    },
    signport: {
      'is hashed once more and has the longest salt':
        "`SignatureCheckFailed`, which says both; `messageType: 'raw'` with `saltLength: 'any'` helps",
      'has the longest salt alone': "`saltLength: 'any'` helps, and is enough",
      'is signed as it is': 'the signature is released',
    },
  },
  'a digest of the wrong length': {
    found: {
      moto: 'is signed',
      ministack: 'is a ValidationException',
      'local-kms': 'is a ValidationException',
    },
    signport: {
      'is signed': '`DigestLengthMismatch` before it is sent',
      'is a ValidationException': '`DigestLengthMismatch` before it is sent',
    },
  },
  'a raw message of more than 4,096 bytes': {
    found: { moto: 'is signed', ministack: 'is signed', 'local-kms': 'is refused in a text that repeats it' },
    signport: {
      'is signed': '`MessageTooLarge` before it is sent, as for AWS',
      'is refused in a text that repeats it':
        '`MessageTooLarge` before it is sent; the client of trent-service cuts it out of the text',
    },
  },
  'an empty raw message': {
    found: { moto: 'is a ValidationException', ministack: 'is signed', 'local-kms': 'is signed' },
    signport: {
      'is a ValidationException': '`InvalidArgument` before it is sent, as for AWS',
      'is signed': '`InvalidArgument` before it is sent, as for AWS; its digest is signed',
    },
  },
  DryRun: {
    found: { moto: 'is passed over', ministack: 'is passed over', 'local-kms': 'is passed over' },
    signport: { 'is passed over': '`probe` takes the signature for a yes' },
  },
  's of ECDSA with secp256k1': {
    found: { moto: 'is low or high', ministack: 'is low or high', 'local-kms': 'is low or high' },
    signport: { 'is low or high': '`lowS: true` makes it low' },
  },
} as const satisfies Readonly<Record<string, Behaviour>>
