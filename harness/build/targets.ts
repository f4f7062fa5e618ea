import { TARGETS, type Target } from '../artifact/triple.ts'
import { nearest } from '../text/nearest.ts'
import { PlainError } from '../text/plain-error.ts'

/** What desktop apps ship to nearly everybody who has one: what is built where all targets are asked for. */
export const MAIN_TARGETS: readonly string[] = [
  'x86_64-unknown-linux-gnu',
  'aarch64-unknown-linux-gnu',
  'x86_64-apple-darwin',
  'aarch64-apple-darwin',
  'x86_64-pc-windows-msvc',
]

/** A word that should have been a target triple. */
export class UnknownTargetError extends PlainError {
  override readonly name = 'UnknownTargetError'
  override readonly blame = 'caller'

  constructor(word: string) {
    const meant = guess(word)
    super(
      meant === null
        ? `"${word}" is no target triple. The usual ones are ${MAIN_TARGETS.join(', ')}.`
        : `"${word}" is no target triple. Did you mean "${meant}"?`,
    )
  }
}

/** The target of a triple. Throws UnknownTargetError with the one that was probably meant. */
export function targetOf(triple: string): Target {
  const target = TARGETS.find(known => known.triple === triple)
  if (target === undefined) throw new UnknownTargetError(triple)
  return target
}

/** The words of Node, Go, pkg and uname; people know a system and a processor before they know a triple. */
const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/alpine|musl/, 'unknown-linux-musl'],
  [/linux|debian|ubuntu/, 'unknown-linux-gnu'],
  [/darwin|mac|osx|apple/, 'apple-darwin'],
  [/win/, 'pc-windows-msvc'],
]
const PROCESSORS: readonly (readonly [RegExp, string])[] = [
  [/universal/, 'universal'],
  [/arm64|aarch64|silicon|\bm\d\b/, 'aarch64'],
  [/x64|x86_64|amd64|intel/, 'x86_64'],
]

function guess(word: string): string | null {
  const lower = word.toLowerCase()
  const system = SYSTEMS.find(([words]) => words.test(lower))?.[1]
  const processor = PROCESSORS.find(([words]) => words.test(lower))?.[1]
  const put = `${processor}-${system}`
  if (TARGETS.some(({ triple }) => triple === put)) return put
  return nearest(
    lower,
    TARGETS.map(({ triple }) => triple),
  )
}
