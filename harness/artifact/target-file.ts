import type { ArtifactDescription } from './description.ts'

/** The file of one target triple. Plain data: it is saved in recordings and judged elsewhere. */
export interface TargetFile {
  triple: string
  /** The name that it has to have. */
  name: string
  artifact: ArtifactDescription | null
  /** Why there is no description, in a sentence; null where there is one, and where there is no such file. */
  problem: string | null
  /** Where there is no such file: the name that is nearest to its own, in the same directory; null for none. */
  nearest: string | null
}
