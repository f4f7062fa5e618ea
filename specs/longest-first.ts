import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Each of these takes minutes, and all others seconds. */
const LONG = [/\/faulty\/matrix\./, /\/slow\//, /\/vitest\//]

/**
 * Files that take minutes come first: Vitest starts a large file before a small one where it has never run them, as in
 * every fresh clone, and the longest of these specs are short files. Left to the end, one of them runs alone while the
 * other cores have nothing to do.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    return sorted.toSorted((a, b) => rankOf(a) - rankOf(b))
  }
}

function rankOf({ moduleId }: TestSpecification): number {
  const rank = LONG.findIndex(pattern => pattern.test(moduleId))
  return rank === -1 ? LONG.length : rank
}
