import { devNull } from 'node:os'
import { delimiter, dirname, join } from 'node:path'

/** What the runner of these tests or a developer's shell may say, and a project of its own must not hear. */
const STRANGE = /^(AWS_|ALIBABA_CLOUD_|SIGNPORT_|HOUSE_|NODE_|npm_lifecycle_|npm_package_)/

/** The environment of a project: this Node, its own commands, and what a test says. */
export function environmentOf(project: string, more: Record<string, string>): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !STRANGE.test(name) && name !== 'PATH')
  const others = (process.env.PATH ?? '').split(delimiter)
  // npm, which may have started these tests, puts the commands of the whole checkout on the path.
  const path = others.filter((folder) => !folder.endsWith(join('node_modules', '.bin')))
  return {
    ...Object.fromEntries(inherited),
    PATH: [join(project, 'node_modules', '.bin'), dirname(process.execPath), ...path].join(delimiter),
    // Where the SDK of AWS would look for profiles if it were not told.
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    // What it says of Node 20 on standard error.
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    ...more,
  }
}
