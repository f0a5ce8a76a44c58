/** What makes Node do other things than it does by itself, and slower or faster. */
const NODE_SETTINGS = ['NODE_OPTIONS', 'NODE_V8_COVERAGE', 'NODE_COMPILE_CACHE'] as const

/** Whoever starts this process may have Node do other things than it does by itself; those that it starts do not. */
export function plainEnvironment(): NodeJS.ProcessEnv {
  const plain = { ...process.env }
  for (const name of NODE_SETTINGS) delete plain[name]
  return plain
}

/** The names of those that this process has to bear itself. */
export function nodeSettings(): readonly string[] {
  return NODE_SETTINGS.filter((name) => process.env[name])
}
