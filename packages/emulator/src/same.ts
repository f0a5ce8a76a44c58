import { createHash, timingSafeEqual } from 'node:crypto'

/** Whether two texts are the same, in a time that does not depend on where they differ or on how long they are. */
export function isSame(a: string, b: string): boolean {
  return timingSafeEqual(hashOf(a), hashOf(b))
}

function hashOf(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
