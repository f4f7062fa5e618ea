import { stat } from 'node:fs/promises'
import { describeArtifact } from '../artifact/describe.ts'
import type { ArtifactDescription } from '../artifact/description.ts'
import { ArtifactPathError } from '../artifact/errors.ts'
import { PlainError } from '../text/plain-error.ts'
import { printable } from '../text/printable.ts'

/** The file was not the same from the first life to the last, so no verdict speaks of it. */
export class ArtifactChangedError extends PlainError {
  override readonly name = 'ArtifactChangedError'
  override readonly blame = 'machine'

  constructor(path: string, what: string) {
    super(
      `${printable(path)} was ${what} while it was judged: by the sidecar itself, by an updater or by a build. ` +
        'Its lives were not all lives of one program, so there is no verdict. Judge it while nothing writes to it.',
    )
  }
}

/** Throws ArtifactChangedError where the file is not what was described. `since` is its state by then. */
export async function requireUnchanged(artifact: ArtifactDescription, since: FileState): Promise<void> {
  const now = await stateOf(artifact.path)
  if (now === null) throw new ArtifactChangedError(artifact.path, 'deleted')
  if (now === since) return
  // Somebody may have touched it, or have built the same once more.
  const after = await describeArtifact(artifact.path).catch((error: unknown) => {
    if (error instanceof ArtifactPathError) return null
    throw error
  })
  if (after?.sha256 !== artifact.sha256) throw new ArtifactChangedError(artifact.path, 'changed')
}

/** What tells a file that was written to from one that was not, without reading it. */
export type FileState = string | null

/** Null where there is no file. */
export async function stateOf(path: string): Promise<FileState> {
  const about = await stat(path).catch(() => null)
  return about?.isFile() === true ? [about.ino, about.size, about.mtimeMs].join(' ') : null
}
