import type { KnownFailure } from '../known-failure.ts'
import { resourcesCpu } from './resources-cpu.ts'
import { resourcesEnds } from './resources-ends.ts'
import { resourcesLeaks } from './resources-leaks.ts'
import { resourcesMemory } from './resources-memory.ts'
import { resourcesSilence } from './resources-silence.ts'

/** What can be wrong while it sits there. */
export const resourcesFailures: readonly KnownFailure[] = [
  ...resourcesEnds,
  ...resourcesSilence,
  ...resourcesCpu,
  ...resourcesMemory,
  ...resourcesLeaks,
]
