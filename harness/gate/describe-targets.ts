import { readdir } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { unlessAbsent } from '../artifact/absent.ts'
import { describeArtifact } from '../artifact/describe.ts'
import { ArtifactPathError } from '../artifact/errors.ts'
import type { TargetFile } from '../artifact/target-file.ts'
import { withTriple } from '../build/triple.ts'
import type { Contract } from '../contract/contract.ts'
import { nearest } from '../text/nearest.ts'

/** Describes the file of each target that a contract names. */
export async function describeTargets({
  binary,
  targets,
}: Pick<Contract, 'binary' | 'targets'>): Promise<readonly TargetFile[]> {
  const files: TargetFile[] = []
  if (binary === null) return files
  const wanted = targets.map(triple => ({ triple, path: withTriple(binary, triple) }))
  const names = (await unlessAbsent(readdir(dirname(binary)))) ?? []
  // What another target is to have is not what this one's was meant to be.
  const others = names.filter(name => !wanted.some(({ path }) => basename(path) === name))
  for (const { triple, path } of wanted) {
    const name = basename(path)
    const isThere = names.includes(name)
    const described = isThere ? await describe(path) : { artifact: null, problem: null }
    files.push({ triple, name, ...described, nearest: isThere ? null : findNearest(name, binary, others) })
  }
  return files
}

async function describe(path: string): Promise<Pick<TargetFile, 'artifact' | 'problem'>> {
  try {
    return { artifact: await describeArtifact(path, { verify: true }), problem: null }
  } catch (error) {
    if (!(error instanceof ArtifactPathError)) throw error
    return { artifact: null, problem: error.message }
  }
}

/** Of the same sidecar's files the one that is nearest to it; otherwise a misspelling of its name. */
function findNearest(name: string, binary: string, others: readonly string[]): string | null {
  const own = others.filter(other => other.startsWith(basename(binary)))
  const wordsOf = (text: string) => text.split(/[-_.]/)
  const wanted = wordsOf(name)
  const shared = (other: string) => wordsOf(other).filter(word => wanted.includes(word)).length
  const [best] = own
    .filter(other => shared(other) > wordsOf(basename(binary)).length)
    .toSorted((one, other) => shared(other) - shared(one))
  return best ?? nearest(name, others)
}
