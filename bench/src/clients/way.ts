import { type KeyObject, verify } from 'node:crypto'

/** One way to have the message signed. */
export interface Way {
  readonly name: string
  once(): Promise<unknown>
  /** The signature of what `once` gives. Not measured. */
  signatureOf(answer: unknown): Uint8Array
  /** What the signature is verified with. */
  readonly publicKey: KeyObject
  close?(): unknown
}

/** A way, with the type of what it gives. */
export function way<Answer>(parts: {
  readonly name: string
  readonly publicKey: KeyObject
  once(): Promise<Answer>
  signatureOf(answer: Answer): Uint8Array
  close?(): unknown
}): Way {
  return { ...parts, signatureOf: (answer) => parts.signatureOf(answer as Answer) }
}

/** Nobody is measured who does not do the work. @throws Error that names who does not */
export async function assertSigns(
  { name, once, signatureOf, publicKey }: Way,
  message: Uint8Array,
): Promise<void> {
  if (!verify('sha256', message, publicKey, signatureOf(await once())))
    throw new Error(`${name} gave a signature that is not one of the message`)
}
