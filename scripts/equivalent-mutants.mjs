/** Changes that `npm run mutate` makes and nobody can see from outside, and why. */
export const EQUIVALENT = [
  {
    file: 'sm2.js',
    change: 'h: 1n, | 1n -> (2n)',
    why: 'the cofactor is part of a curve, but neither signing nor verifying asks for it',
  },
  {
    file: 'sm2.js',
    change: 'if (r === 0n || r + k === CURVE.n) | 0n -> (1n)',
    why: 'one random number in 2^256 leads there, and what is done then is to draw another',
  },
  {
    file: 'sm2.js',
    change: 'if (r === 0n || r + k === CURVE.n) | 0n -> (-1n)',
    why: 'one random number in 2^256 leads there; who finds it can only be told by waiting for it',
  },
  {
    file: 'sm2.js',
    change: 'if (s !== 0n) | 0n -> (1n)',
    why: 'one random number in 2^256 leads there, and what is done then is to draw another',
  },
  {
    file: 'sm2.js',
    change: 'if (s !== 0n) | 0n -> (-1n)',
    why: 'one random number in 2^256 leads there; who finds it can only be told by waiting for it',
  },
  {
    file: 'sm2.js',
    change: 'const isScalar = (number) => number > 0n && number < CURVE.n; | 0n -> (-1n)',
    why: 'a signature with a zero is refused before, where its bytes are read',
  },
  {
    file: 'emsa.js',
    change:
      "export function verifyPss({ digest, saltByte … oded, modulusBits, saltLength = 'digest') { | 'digest' -> 'digesu'",
    why: 'core always says which salts it accepts; the default is for tests of the encoding alone',
  },
]
