/** The servers, with how they run here. */
export const SERVERS = {
  moto: 'moto[server] from PyPI, its IAM switched on',
  ministack: 'ministack from PyPI, with AUTH=true',
  'local-kms': 'github.com/nsmithuk/local-kms',
} as const

/** A server that was tried. */
export type ServerName = keyof typeof SERVERS

/** All of them, in the order of the document. */
export const SERVER_NAMES = Object.keys(SERVERS) as ServerName[]

/** What each server does about an aspect, in words that go on from it. */
export interface Behaviour {
  readonly found: Readonly<Record<ServerName, string>>
  /** What Signport makes of each finding. */
  readonly signport: Readonly<Record<string, string>>
}
