import { resolve } from 'node:path'
import { type ProviderDescriptor, type ProviderHost, SigningError } from '@signport/core'
import { printable } from '@signport/core/kit'
import { accessPolicies } from './access-policy.js'
import type { GeneratedKey } from './local-options.js'
import { createLocalProvider } from './local-provider.js'
import type { PassphraseSource } from './private-pem.js'
import { readSecretFile } from './secret-file.js'

/** The provider's own part of a signer's configuration. */
export interface LocalConfig {
  readonly generate?: boolean | 'always' | undefined
  readonly allowGroupRead?: boolean | undefined
  /** The name of the environment variable that holds the passphrase. */
  readonly passphraseEnv?: string | undefined
  /** The file that holds the passphrase, on its first line; it must be as private as the key. */
  readonly passphraseFile?: string | undefined
}

/** How a configuration finds this provider. */
export const provider: ProviderDescriptor<LocalConfig> = {
  name: 'local',
  uriSchemes: ['local'],
  configSchema: async () => (await import('./config-schema.js')).configSchema,
  accessPolicies,
  create(config, host = {}) {
    const { generate = false, allowGroupRead = false } = config
    const passphrase = passphraseSource(config, host)
    const onGenerate = host.notify && teller(host.notify)
    return createLocalProvider({
      generate,
      allowGroupRead,
      ...(passphrase && { passphrase }),
      ...(onGenerate && { onGenerate }),
      ...(host.baseFolder !== undefined && { baseFolder: host.baseFolder }),
    })
  },
}

function passphraseSource(
  config: LocalConfig,
  { askSecret, baseFolder = '.' }: ProviderHost,
): PassphraseSource | undefined {
  const { passphraseEnv, passphraseFile, allowGroupRead = false } = config
  if (passphraseEnv !== undefined) return () => fromEnvironment(passphraseEnv)
  if (passphraseFile !== undefined)
    return async () => {
      const bytes = await readSecretFile(resolve(baseFolder, passphraseFile), passphraseFile, {
        what: 'passphrase',
        allowGroupRead,
      })
      return bytes.toString('utf8').split(/\r?\n/, 1)[0] ?? ''
    }
  return askSecret && ((keyId) => askSecret(`Passphrase of ${printable(keyId)}`))
}

function fromEnvironment(name: string): string {
  const value = process.env[name]
  if (value) return value
  throw new SigningError(
    'Configuration',
    `The environment variable ${printable(name)} should hold a passphrase, but it is not set.`,
  )
}

const teller = (notify: (message: string) => void) => {
  return ({ path, algorithm, thumbprint }: GeneratedKey) =>
    notify(`Generated a key for ${algorithm} at ${printable(path)}, thumbprint ${thumbprint}`)
}
