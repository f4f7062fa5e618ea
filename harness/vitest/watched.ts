import type { RunnerTestFile } from 'vitest'

/** By spec file: what it has launched. */
const binaries = new Map<string, Set<string>>()

/** Takes note that a spec file launches this binary. */
export function noteBinary(specFile: string, binary: string): void {
  const known = binaries.get(specFile) ?? new Set()
  binaries.set(specFile, known.add(binary))
}

/** Tells Vitest what a spec file depends on beside its imports: the global setup runs it again for that. */
export function tellBinaries(file: RunnerTestFile): void {
  const known = binaries.get(file.filepath)
  if (known !== undefined) file.meta.sidecarBinaries = [...known]
}
