/** The scripts of the repository are JavaScript. */
declare module '*/published-vectors.mjs' {
  export function publishedVectors(): string
}
