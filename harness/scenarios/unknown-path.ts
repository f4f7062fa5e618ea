import { randomBytes } from 'node:crypto'

/** A path that no sidecar can know. */
export function unknownPath(): string {
  return `/sidecar-harness/unknown-${randomBytes(8).toString('hex')}`
}
