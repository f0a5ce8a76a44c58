/**
 * What other packages import of one: each subpath, and its module's path, without the ending, which is the same one within
 * `src`, within `dist`, which tsc makes of it, and within `lib`, which is published.
 */
export function exportedModules({ exports = {} }) {
  return Object.entries(exports)
    .filter(([, target]) => target.default)
    .map(([subpath, target]) => ({ subpath, module: target.default.replace(/^\.\/(dist|lib)\/|\.js$/g, '') }))
}

/** Where the modules of a package begin: with what others import, or with what its command starts. */
export function entryModules(manifest) {
  const exported = exportedModules(manifest).map(({ module }) => module)
  return manifest.bin ? [...exported, 'main'] : exported
}
