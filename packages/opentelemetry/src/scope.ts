import { readFileSync } from 'node:fs'

/** What OpenTelemetry calls the instrumentation scope: who made the spans and measurements. */
export interface Scope {
  readonly name: string
  readonly version: string | undefined
}

const NAME = '@signport/opentelemetry'

/**
 * The version is unknown in a bundle: the manifest that it finds beside itself, if any, is that of another package.
 *
 * @param module whose manifest it is
 */
export function readScope(module: string = import.meta.url): Scope {
  try {
    const manifest = JSON.parse(readFileSync(new URL('../package.json', module), 'utf8'))
    return { name: NAME, version: manifest.name === NAME ? manifest.version : undefined }
  } catch {
    return { name: NAME, version: undefined }
  }
}
