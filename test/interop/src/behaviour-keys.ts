import type { Behaviour } from './behaviour.js'

/** Which keys servers have, and what state and use mean to them. */
export const KEYS = {
  'an alias': {
    found: {
      moto: 'stands for its key, by its name and its ARN',
      ministack: 'stands for its key, by its name and its ARN',
      'local-kms': 'stands for its key, by its name and its ARN',
    },
    signport: {
      'stands for its key, by its name and its ARN':
        'the signature names the key; when the alias has moved, the next one is by the other key, and `onKeyChange` is told',
    },
  },
  'a disabled key': {
    found: {
      moto: 'signs',
      ministack: 'is a DisabledException, its public key is shown',
      'local-kms': 'is a DisabledException, its public key too',
    },
    signport: {
      signs: 'the signature is released: nothing tells that the key is disabled',
      'is a DisabledException, its public key is shown': '`KeyDisabled`',
      'is a DisabledException, its public key too': '`KeyDisabled`',
    },
  },
  'a key that waits for its deletion': {
    found: {
      moto: 'signs',
      ministack: 'is a KMSInvalidStateException',
      'local-kms': 'is a KMSInvalidStateException',
    },
    signport: {
      signs: 'the signature is released: nothing tells that the key is to be deleted',
      'is a KMSInvalidStateException': '`InvalidKeyState`',
    },
  },
  'a key that is not there': {
    found: {
      moto: 'is a NotFoundException',
      ministack: 'is a NotFoundException',
      'local-kms': 'is a NotFoundException',
    },
    signport: { 'is a NotFoundException': '`KeyNotFound`' },
  },
  'an algorithm that the key does not have': {
    found: {
      moto: 'is a ValidationException',
      ministack: 'is an InvalidKeyUsageException',
      'local-kms': 'is an InvalidKeyUsageException',
    },
    signport: {
      'is a ValidationException': '`InvalidArgument`',
      'is an InvalidKeyUsageException': '`InvalidKeyUsage`',
    },
  },
  'a key that is not for signing': {
    found: {
      moto: 'is a ValidationException',
      ministack: 'is an InvalidKeyUsageException',
      'local-kms': 'is an InvalidKeyUsageException',
    },
    signport: {
      'is a ValidationException': '`InvalidArgument`',
      'is an InvalidKeyUsageException': '`InvalidKeyUsage`',
    },
  },
  'the public key of a symmetric key': {
    found: {
      moto: 'is one of RSA that nothing signs with',
      ministack: 'is an UnsupportedOperationException',
      'local-kms': 'is an UnsupportedOperationException without a text',
    },
    signport: {
      'is one of RSA that nothing signs with': 'is shown; signing is `InvalidArgument`',
      'is an UnsupportedOperationException': '`InvalidKeyUsage`',
      'is an UnsupportedOperationException without a text': '`InvalidKeyUsage`',
    },
  },
  Ed25519: {
    found: { moto: 'is not there', ministack: 'is there', 'local-kms': 'is not there' },
    signport: { 'is not there': 'no key of it can be made', 'is there': 'the signature is released' },
  },
  "AWS's Ed25519ph": {
    found: {
      moto: 'is not there',
      ministack: 'is announced, and is an UnsupportedOperationException',
      'local-kms': 'is not there',
    },
    signport: {
      'is not there': 'no key of it can be made',
      'is announced, and is an UnsupportedOperationException': '`InvalidKeyUsage`',
    },
  },
  'ML-DSA': {
    found: { moto: 'is not there', ministack: 'is not there', 'local-kms': 'is not there' },
    signport: { 'is not there': 'no key of it can be made' },
  },
  SM2: {
    found: { moto: 'is a key of RSA', ministack: 'is not there', 'local-kms': 'is not there' },
    signport: {
      'is a key of RSA': '`InvalidKeyUsage`, before anything is sent to be signed',
      'is not there': 'no key of it can be made',
    },
  },
} as const satisfies Readonly<Record<string, Behaviour>>
