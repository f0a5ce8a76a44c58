import type { Behaviour } from './behaviour.js'

/** How servers answer and refuse, and whom. */
export const WIRE = {
  'the key in the answer of GetPublicKey': {
    found: { moto: 'is its bare id', ministack: 'is its ARN', 'local-kms': 'is its ARN' },
    signport: {
      'is its bare id': 'is one key with the ARN in the answer of Sign',
      'is its ARN': 'is the one in the answer of Sign',
    },
  },
  'the key spec in the answer of GetPublicKey': {
    found: {
      moto: 'is in CustomerMasterKeySpec alone',
      ministack: 'is in KeySpec alone',
      'local-kms': 'is in both members',
    },
    signport: {
      'is in CustomerMasterKeySpec alone': 'is read there',
      'is in KeySpec alone': 'is read there',
      'is in both members': 'is read in KeySpec',
    },
  },
  'an answer': {
    found: {
      moto: 'says that it is HTML',
      ministack: 'says that it is JSON',
      'local-kms': 'says that it is JSON, and has no request id',
    },
    signport: {
      'says that it is HTML': 'is read as JSON all the same',
      'says that it is JSON': 'is read',
      'says that it is JSON, and has no request id': 'is read; signatures and errors have no `requestId`',
    },
  },
  'a signature that is not valid': {
    found: {
      moto: 'is SignatureValid: false',
      ministack: 'is a KMSInvalidSignatureException',
      'local-kms': 'is a KMSInvalidSignatureException without a text',
    },
    signport: {
      'is SignatureValid: false': '`false` of the client of trent-service',
      'is a KMSInvalidSignatureException': '`false` of the client of trent-service',
      'is a KMSInvalidSignatureException without a text': '`false` of the client of trent-service',
    },
  },
  'bytes that are no signature': {
    found: {
      moto: 'are SignatureValid: false',
      ministack: 'are a KMSInvalidSignatureException',
      'local-kms': 'are an InvalidKeyUsageException',
    },
    signport: {
      'are SignatureValid: false': '`false` of the client of trent-service; a signer verifies by itself',
      'are a KMSInvalidSignatureException':
        '`false` of the client of trent-service; a signer verifies by itself',
      'are an InvalidKeyUsageException':
        '`InvalidKeyUsage` of the client of trent-service; a signer verifies by itself, and says `false`',
    },
  },
  'an operation that is not there': {
    found: {
      moto: 'is an HTML page with the status 500',
      ministack: 'is an InvalidAction',
      'local-kms': 'is plain text with the status 501',
    },
    signport: {
      'is an HTML page with the status 500': '`Internal`, which may be tried again',
      'is an InvalidAction': '`Configuration`',
      'is plain text with the status 501': '`Internal`',
    },
  },
  'the signature of a request': {
    found: { moto: 'is verified', ministack: 'is verified', 'local-kms': 'is not looked at' },
    signport: {
      'is verified': 'is valid, with all headers signed or few',
      'is not looked at': 'may be left out (`auth: none`)',
    },
  },
  'a wrong secret': {
    found: {
      moto: 'is refused in XML with the status 403',
      ministack: 'is an InvalidSignatureException',
      'local-kms': 'is not noticed',
    },
    signport: {
      'is refused in XML with the status 403': '`InvalidResponse`: no code that the protocol has',
      'is an InvalidSignatureException': '`Unauthenticated`',
      'is not noticed': 'the signature is released',
    },
  },
  'a user without permission': {
    found: {
      moto: 'is refused in XML with the status 403',
      ministack: 'is an AccessDeniedException',
      'local-kms': 'is nobody: there are no users',
    },
    signport: {
      'is refused in XML with the status 403': '`InvalidResponse`: no code that the protocol has',
      'is an AccessDeniedException': '`AccessDenied`',
      'is nobody: there are no users': 'the signature is released',
    },
  },
} as const satisfies Readonly<Record<string, Behaviour>>
