import { availableParallelism } from 'node:os'
import { exportedModules } from './scripts/entry-points.mjs'
import { missingVectors } from './scripts/published-vectors.mjs'
import { workspaces } from './scripts/workspaces.mjs'

/** Every workspace's entry points, from its name to its sources, so that tests need no build and cover what they test. */
function sources() {
  return workspaces().flatMap(({ folder, manifest }) =>
    exportedModules(manifest).map(({ subpath, module }) => [
      `^${manifest.name}${subpath.slice(1)}$`,
      `<rootDir>/${folder}/src/${module}.ts`,
    ]),
  )
}

/** What has nothing to read without the published vectors. The global set-up says so, and in CI fails. */
const withoutVectors = missingVectors().map(({ tests }) => tests)

export default {
  extensionsToTreatAsEsm: ['.ts'],
  testEnvironment: './scripts/jest-environment.cjs',
  globalSetup: './scripts/jest-setup.mjs',
  testMatch: ['<rootDir>/{packages,providers,test}/*/test/**/*.test.ts', '<rootDir>/bench/test/**/*.test.ts'],
  // What needs Python or Go has a configuration of its own.
  testPathIgnorePatterns: ['/node_modules/', '/test/interop/test/parts/', ...withoutVectors],
  modulePathIgnorePatterns: ['<rootDir>/.cache/'],
  moduleNameMapper: {
    ...Object.fromEntries(sources()),
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  transform: {
    '\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true },
          target: 'es2022',
        },
        module: { type: 'es6' },
      },
    ],
  },
  // Jest leaves one core free by itself. But many tests wait for processes that they have started.
  maxWorkers: Math.max(3, availableParallelism()),
  // What the modules of a test file leave behind adds up to gigabytes.
  workerIdleMemoryLimit: '500MB',
  coverageProvider: 'babel',
  testTimeout: 60_000,
}
