import { stat } from 'node:fs/promises'
import { describeArtifact } from '../artifact/describe.ts'
import type { ArtifactDescription } from '../artifact/description.ts'

const NOT_HASHED = ''

const known = new Map<string, Promise<ArtifactDescription>>()

/**
 * What the file is, without its hash, which is nearly all that a description costs: every test launches the same one.
 * Throws ArtifactPathError.
 */
export async function describeQuickly(file: string): Promise<ArtifactDescription> {
  const look = await stat(file, { bigint: true }).catch(() => null)
  // Where it cannot be looked at, the description says why.
  const key =
    look === null ? null : `${file} ${look.dev} ${look.ino} ${look.size} ${look.mtimeNs} ${look.ctimeNs}`
  const found = key === null ? undefined : known.get(key)
  if (found !== undefined) return found
  const described = describeArtifact(file, { sha256: NOT_HASHED })
  if (key !== null) known.set(key, described)
  return described
}
