import { runProcess } from './process-run.js'

/** What the command openssl on this machine is, `OpenSSL 3.0.19`; undefined where there is none. */
export async function opensslVersion(): Promise<string | undefined> {
  try {
    const { output } = await runProcess('openssl', ['version'])
    return /^\S+ \S+/.exec(output.toString())?.[0]
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
