import { afterEach, beforeEach } from '@jest/globals'

/** Every test begins without any credentials around it, and without a machine that gives some out. */
export function emptyEnvironment(): void {
  let before: NodeJS.ProcessEnv
  beforeEach(() => {
    before = { ...process.env }
    for (const name of Object.keys(process.env))
      if (/^(ALIBABA_|ALICLOUD_|NODE_TLS_)/.test(name)) delete process.env[name]
    // Profiles are looked for in the home folder.
    Object.assign(process.env, { ALIBABA_CLOUD_ECS_METADATA_DISABLED: 'true', HOME: '/nonexistent' })
  })
  afterEach(() => {
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name]
    Object.assign(process.env, before)
  })
}
