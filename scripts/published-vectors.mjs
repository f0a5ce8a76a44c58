import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The sets of vectors: the folder of each, where it comes from, and the tests that have nothing to run without it. */
const SETS = [
  {
    folder: 'wycheproof',
    source: 'testvectors_v1 of C2SP/wycheproof',
    tests: '/test/vectors/test/wycheproof.*\\.test\\.ts$',
  },
  {
    folder: 'sigv4',
    source: 'tests/aws-signing-test-suite/v4 of awslabs/aws-c-auth',
    tests: '/test/sigv4-vectors\\.test\\.ts$',
  },
]

/** The folder of published test vectors: the one that SIGNPORT_VECTORS names, or the one beside the project. */
export function publishedVectors() {
  const beside = fileURLToPath(new URL('../../shared/vectors', import.meta.url))
  return process.env.SIGNPORT_VECTORS ? resolve(process.env.SIGNPORT_VECTORS) : beside
}

/** The sets that are not there. */
export function missingVectors() {
  return SETS.filter(({ folder }) => !existsSync(`${publishedVectors()}/${folder}`))
}
