/** A SubjectPublicKeyInfo as PEM (RFC 7468 section 13). */
export function pemOf(spki: Uint8Array): string {
  const lines = Buffer.from(spki)
    .toString('base64')
    .match(/.{1,64}/g)
  return ['-----BEGIN PUBLIC KEY-----', ...(lines ?? []), '-----END PUBLIC KEY-----', ''].join('\n')
}
