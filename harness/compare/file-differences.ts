import type { ArtifactDescription, ArtifactPayload } from '../artifact/description.ts'
import { isNewer, newestOf, releaseOf } from '../artifact/glibc-version.ts'
import { printable } from '../text/printable.ts'
import { size } from '../text/size.ts'
import type { Difference } from './differences.ts'

/** What can be said of a file without running it, as far as it matters to who installs it. */
export interface FileFacts {
  readonly bytes: number
  /** What it is made for; where no header says it, its format. */
  readonly target: string
  /** `node 24.21.0`; null for what no packer made. */
  readonly runtime: string | null
  /** Shared libraries that the program itself needs; null where its format does not tell. */
  readonly libraries: readonly string[] | null
  /** The oldest glibc that it starts with: `2.34`; null where it asks for none. */
  readonly leastGlibc: string | null
}

export function fileFacts({ bytes, triple, format, payload, libraries }: ArtifactDescription): FileFacts {
  const newest = newestOf(libraries?.versions.flatMap(({ names }) => names) ?? [])
  return {
    bytes,
    target: triple ?? format,
    runtime: payload === null ? null : nameRuntime(payload),
    libraries:
      libraries === null ? null : libraries.needed.filter(({ by }) => by === null).map(({ name }) => name),
    leastGlibc: newest === null ? null : releaseOf(newest),
  }
}

function nameRuntime({ runtime, version }: ArtifactPayload): string {
  return version === null ? runtime : `${runtime} ${version}`
}

/** Less, and nobody writes it down. A file that grew is no broken promise: the clause artifact/size is for that. */
const SIZE_SHARE = 0.1

/** In what two files differ. What they no longer start with is a regression, however well they run here. */
export function compareFiles(old: FileFacts, now: FileFacts): readonly Difference[] {
  return [
    ...compareTargets(old, now),
    ...compareSizes(old, now),
    ...(old.libraries === null || now.libraries === null
      ? []
      : [...compareLibraries(old.libraries, now.libraries), ...compareGlibc(old.leastGlibc, now.leastGlibc)]),
  ]
}

function compareTargets(old: FileFacts, now: FileFacts): readonly Difference[] {
  const plain = (subject: string, before: string | null, after: string | null): Difference[] =>
    before === after
      ? []
      : [
          {
            ...{ kind: 'change', topic: 'file', subject, old: before, new: after },
            sentence: `${subject}: ${before ?? 'none'} → ${after ?? 'none'}`,
          },
        ]
  return [...plain('target', old.target, now.target), ...plain('runtime', old.runtime, now.runtime)]
}

function compareSizes({ bytes: was }: FileFacts, { bytes: is }: FileFacts): readonly Difference[] {
  if (Math.abs(is - was) <= SIZE_SHARE * was) return []
  const share = was === 0 ? '' : ` (${is > was ? '+' : '−'}${Math.round((100 * Math.abs(is - was)) / was)} %)`
  return [
    {
      ...{ kind: 'change', topic: 'file', subject: 'size', old: size(was), new: size(is) },
      sentence: `size: ${size(was)} → ${size(is)}${share}`,
    },
  ]
}

function compareLibraries(old: readonly string[], now: readonly string[]): readonly Difference[] {
  const shown = (name: string) => printable(name, 80)
  const added = now.filter(name => !old.includes(name))
  const gone = old.filter(name => !now.includes(name))
  return [
    ...added.map(
      (name): Difference => ({
        ...{ kind: 'regression', topic: 'file', subject: shown(name), old: null, new: 'needed' },
        sentence: `it needs the library ${shown(name)} now: systems that lack it cannot start it`,
      }),
    ),
    ...gone.map(
      (name): Difference => ({
        ...{ kind: 'improvement', topic: 'file', subject: shown(name), old: 'needed', new: null },
        sentence: `it no longer needs the library ${shown(name)}`,
      }),
    ),
  ]
}

function compareGlibc(old: string | null, now: string | null): readonly Difference[] {
  if (old === now) return []
  const isWorse = old === null || (now !== null && isNewer(now, old))
  const told = isWorse ? 'systems with an older one no longer start it' : 'it starts on older systems'
  return [
    {
      kind: isWorse ? 'regression' : 'improvement',
      ...{ topic: 'file', subject: 'least glibc', old, new: now },
      sentence: `least glibc: ${old ?? 'none'} → ${now ?? 'none'}: ${told}`,
    },
  ]
}
