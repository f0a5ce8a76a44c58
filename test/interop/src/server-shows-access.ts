import { SignCommand } from '@aws-sdk/client-kms'
import { expect } from '@jest/globals'
import type { SigningErrorCode } from '@signport/core'
import type { WIRE } from './behaviour-wire.js'
import type { Credentials } from './server-access.js'
import {
  byBoth,
  type Demonstration,
  type Demonstrations,
  expectVendorRefusal,
  isSignature,
  RAW,
  smallMessage,
  type VendorRefusal,
} from './server-demonstration.js'
import { present, type ServerUnderTest } from './server-under-test.js'

const key = (server: ServerUnderTest) => server.keyOf('ECC_NIST_P256')

const requestIsVerified: Demonstration = async (server) => {
  const KeyId = await key(server)
  const message = smallMessage()
  const input = { KeyId, Message: message, MessageType: 'RAW', SigningAlgorithm: 'ECDSA_SHA_256' } as const
  for (const signedHeaders of ['all', 'minimal'] as const) {
    const client = server.clientOf({ credentials: server.permitted, signedHeaders })
    const { Signature: signature } = await client.sign(input)
    expect(await isSignature(server, KeyId, 'ES256', { message, signature })).toBe(true)
    // One that is not valid is noticed.
    const wrong = server.clientOf({ credentials: wrongSecret(server), signedHeaders })
    await expect(wrong.sign(input)).rejects.toThrow()
  }
}

const requestIsNotVerified: Demonstration = async (server) => {
  const message = smallMessage()
  const input = { Message: message, MessageType: 'RAW', SigningAlgorithm: 'ECDSA_SHA_256' } as const
  const KeyId = await key(server)
  const { Signature: signature } = await server.clientOf({ auth: 'none' }).sign({ ...input, KeyId })
  expect(await isSignature(server, KeyId, 'ES256', { message, signature })).toBe(true)
}

const wrongSecret = ({ permitted }: ServerUnderTest): Credentials => ({
  ...permitted,
  secretAccessKey: 'another secret than that of the key',
})
const forbidden = (server: ServerUnderTest): Credentials => present(server.forbidden)

/** How somebody is refused who may not sign: by the vendor's client, and by both of ours. */
const isRefused =
  (
    who: (server: ServerUnderTest) => Credentials,
    vendor: VendorRefusal,
    ourCode: SigningErrorCode,
  ): Demonstration =>
  async (server) => {
    const KeyId = await key(server)
    const input = { KeyId, Message: smallMessage(), SigningAlgorithm: 'ECDSA_SHA_256' } as const
    await expectVendorRefusal(server.vendorOf(who(server)).send(new SignCommand(input)), vendor)
    await byBoth((provider) =>
      expect(
        server.signer(provider, KeyId, 'ES256', {}, who(server)).sign(smallMessage(), RAW),
      ).rejects.toMatchObject({ code: ourCode }),
    )
  }

const isServed =
  (who: (server: ServerUnderTest) => Credentials): Demonstration =>
  async (server) => {
    const KeyId = await key(server)
    const message = smallMessage()
    await byBoth(async (provider) => {
      const signer = server.signer(provider, KeyId, 'ES256', {}, who(server))
      const { bytes: signature } = await signer.sign(message, RAW)
      expect(await isSignature(server, KeyId, 'ES256', { message, signature })).toBe(true)
    })
  }

const XML = { name: 'SyntaxError', text: /<\?xml/, status: 403 }

type Aspects = 'the signature of a request' | 'a wrong secret' | 'a user without permission'

/** Whom servers serve, shown. */
export const ACCESS_SHOWN: Demonstrations<Pick<typeof WIRE, Aspects>> = {
  'the signature of a request': {
    'is verified': requestIsVerified,
    'is not looked at': requestIsNotVerified,
  },
  'a wrong secret': {
    'is refused in XML with the status 403': isRefused(wrongSecret, XML, 'InvalidResponse'),
    'is an InvalidSignatureException': isRefused(
      wrongSecret,
      { name: 'InvalidSignatureException', text: /does not match/, status: 400 },
      'Unauthenticated',
    ),
    'is not noticed': isServed(wrongSecret),
  },
  'a user without permission': {
    'is refused in XML with the status 403': isRefused(forbidden, XML, 'InvalidResponse'),
    'is an AccessDeniedException': isRefused(
      forbidden,
      { name: 'AccessDeniedException', text: /not authorized to perform: kms:Sign/, status: 403 },
      'AccessDenied',
    ),
    'is nobody: there are no users': isServed(({ permitted }) => ({ ...permitted, accessKeyId: 'nobody' })),
  },
}
