import { PlainError } from '../text/plain-error.ts'
import { printable } from '../text/printable.ts'

/** Why a path cannot be described as an artifact. */
export type ArtifactPathReason = 'missing' | 'directory' | 'not-a-file' | 'unreadable'

/** As long as paths get on the systems at hand (PATH_MAX is 4096), cut to what a terminal still shows in one piece. */
const PATH_CHARACTERS = 400

/** The path that was given is no file that can be read: missing, a directory, a device, or closed to this user. */
export class ArtifactPathError extends PlainError {
  override readonly name = 'ArtifactPathError'
  override readonly blame = 'caller'
  /** Absolute. */
  readonly path: string
  readonly reason: ArtifactPathReason
  /** The path that was probably meant; null when nothing near it exists. */
  readonly suggestion: string | null

  /** `problem` completes a sentence that begins with the path; `advice` is a sentence of its own. */
  constructor(
    path: string,
    reason: ArtifactPathReason,
    details: { problem: string; advice?: string; suggestion?: string | null; cause?: unknown },
  ) {
    const suggestion = details.suggestion ?? null
    const advice = suggestion === null ? details.advice : `Did you mean ${showPath(suggestion)}?`
    const message = `${showPath(path)} ${details.problem}.${advice === undefined ? '' : ` ${advice}`}`
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.path = path
    this.reason = reason
    this.suggestion = suggestion
  }
}

/** A path as it may stand in a message. */
export function showPath(path: string): string {
  return printable(path, PATH_CHARACTERS)
}
