/** Core, as the tests load it, or changed in one place by `npm run mutate`. */
export interface Modules {
  readonly core: typeof import('../../src/index.js')
  readonly kit: typeof import('../../src/kit.js')
}
