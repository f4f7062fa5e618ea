import { PlainError } from '../text/plain-error.ts'

/** As `engines` in package.json says it, which npm only warns of. */
export const OLDEST_NODE: readonly [number, number] = [22, 19]

/** What follows would end in a SyntaxError about something else. */
export class NodeTooOldError extends PlainError {
  override readonly name = 'NodeTooOldError'
  override readonly blame = 'machine'

  constructor(version: string, file: string) {
    super(`sidecar-harness needs Node ${OLDEST_NODE.join('.')} or newer, and this is ${version} (${file}).`)
  }
}

/** Throws NodeTooOldError. */
export function requireNode(version: string = process.versions.node): void {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const [oldestMajor, oldestMinor] = OLDEST_NODE
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return
  throw new NodeTooOldError(version, process.execPath)
}
