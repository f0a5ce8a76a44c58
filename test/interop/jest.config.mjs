import root from '../../jest.config.mjs'

// Its set-up is about published vectors, which are not read here.
const { globalSetup, ...shared } = root

/** The tests that need more than Node: the others of this folder are run with those of all packages. */
export default {
  ...shared,
  rootDir: '../..',
  testMatch: ['<rootDir>/test/interop/test/parts/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
  // Servers that start cold, and keys that they make, on a machine that has other things to do.
  testTimeout: 180_000,
}
