import type { LocalKey } from '@signport/local'

/** A key for ES256 and the certificate that it gave itself, both made by openssl for these tests alone. */
export const CERTIFIED_KEY = {
  kty: 'EC',
  crv: 'P-256',
  x: 'SzzAU6qRu4dprPe5-wnbSkwAp3IPMcdPXmN2ECW_G58',
  y: 'vaFXGFbZQRmfZrAsP3qlvFaSvuRErztFG0kZu728SIY',
  d: 'BIyp3adrr0HFTHf8huH6sZWvIOUTEGq6T63vB5rp2DM',
} as const satisfies LocalKey

/** DER in base64, as `x5c` has it. */
export const CERTIFICATE =
  'MIIBijCCAS+gAwIBAgIUbYXHSQGN+HInSU2U25f1Rd98aQEwCgYIKoZIzj0EAwIwGTEXMBUGA1UEAwwOdG9rZW5zLmV4YW1wbGUwIBcNMjYxMTIyMDkyODEwWhgPMjEyNjEwMjkwOTI4MTBaMBkxFzAVBgNVBAMMDnRva2Vucy5leGFtcGxlMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAESzzAU6qRu4dprPe5+wnbSkwAp3IPMcdPXmN2ECW/G5+9oVcYVtlBGZ9msCw/eqW8VpK+5ESvO0UbSRm7vbxIhqNTMFEwHQYDVR0OBBYEFKGAI2+b7X5/+k4bG/SDnhcrO6g6MB8GA1UdIwQYMBaAFKGAI2+b7X5/+k4bG/SDnhcrO6g6MA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSQAwRgIhANS1nLAJd2V0X2iJVdp2gdFhP/QKj6lV8bBEsciuqOnAAiEAu8llmW5UT2e4AKa9FzG6I8zqAKbbpoqU2obS7seL2ZI='

/** Of a key for Ed448, which no signer has. */
export const ED448_CERTIFICATE =
  'MIIBeTCB+qADAgECAhQNYX41xP8PF5uEp5g3b2KgQHhHcDAFBgMrZXEwDDEKMAgGA1UEAwwBeDAgFw0yNjExMjIwOTMwNDJaGA8yMTI2MTAyOTA5MzA0MlowDDEKMAgGA1UEAwwBeDBDMAUGAytlcQM6AENKxyS+6G06w0knzUTAyYsRZEMV2bCRk6YxJXq/fRhNc5l+B2NEaiuM7lkoilZT1JBWNQRyVIsiAKNTMFEwHQYDVR0OBBYEFNgrgjNv67LRSSELYp/TiEdP9fMbMB8GA1UdIwQYMBaAFNgrgjNv67LRSSELYp/TiEdP9fMbMA8GA1UdEwEB/wQFMAMBAf8wBQYDK2VxA3MARFmGCXzy89rvrLyx2fLub6BePcuZNPdNJ37LMjMFvju46Dy4JE/HLCYGjc7U1Cynm5J5TCjT8uUARE2hnK98Rq7RkHvkxjFny7SzMxD9aqze150dzqrAM45C8DQ04XYXNuS7kMugnHeG59z0OiLM6gcA'

export const pemOf = (der: string) =>
  `-----BEGIN CERTIFICATE-----\n${der.replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`
