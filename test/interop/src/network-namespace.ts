import { spawnSync } from 'node:child_process'

/** What starts a program in a network namespace of its own, where nobody else's connections arrive. */
export const IN_A_NAMESPACE: readonly string[] = ['unshare', '--user', '--map-root-user', '--net', '--']

/** Whether that is permitted on this machine, and loopback can be set up in it, which a namespace begins without. */
export function canIsolate(): boolean {
  const [command = '', ...args] = [...IN_A_NAMESPACE, 'ip', 'link', 'set', 'lo', 'up']
  return spawnSync(command, args).status === 0
}
