import { nearest } from '../text/nearest.ts'
import { printable } from '../text/printable.ts'
import type { ArtifactDescription } from './description.ts'
import { findTargetInName, TARGETS } from './triple.ts'

/** What is wrong with a file's name for Tauri's externalBin. Both ready to be shown. */
export interface NameProblem {
  /** The name that it should have. */
  expected: string
  /** In one plain sentence. */
  observed: string
}

/** What names have in the place of a triple: the words of Node, Go, pkg, GCC and uname for systems and processors. */
const SYSTEMS = 'linux|linuxstatic|alpine|darwin|macos|mac|osx|windows|win|win32|win64'
const CPUS = 'x64|x86|x86_64|amd64|arm64|aarch64|arm|armv7|ia32|i?[3-6]86'
const PARTS = `${SYSTEMS}|unknown|pc|apple|w64|gnu|musl|msvc|mingw32|gnueabihf|musleabihf`
const OTHER_WORDS = new RegExp(`[-_.](?<words>(${CPUS})([-_](${PARTS}))*|(${SYSTEMS})([-_](${CPUS}))?)$`, 'i')

const EXE = /\.exe$/i
const SEPARATORS_AROUND = /^[-_.]+|[-_.]+$/g
const NAME_CHARACTERS = 120

/**
 * Compares a name with `<name>-<target-triple>`, with `.exe` behind it for Windows and for no other system: so Tauri's
 * bundler looks for a sidecar. Null when it is such a name.
 */
export function findNameProblem({
  name,
  triple,
}: Pick<ArtifactDescription, 'name' | 'triple'>): NameProblem | null {
  const stem = name.replace(EXE, '')
  const target = findTargetInName(name)
  if (target === null) return explainWithoutTriple(name, stem, triple)
  const isForWindows = target.os === 'windows'
  const base = stem.slice(0, -target.triple.length - 1)
  const complain = (complaint: string): NameProblem => problem(name, complaint, base, target.triple)
  if (base === '') return complain('there is no name before the triple')
  if (EXE.test(base)) return complain('.exe has to stand behind the triple')
  if (isForWindows && stem === name) return complain('for Windows it has to end in .exe')
  if (!isForWindows && stem !== name) return complain(`.exe is for Windows, and ${target.triple} is not`)
  return null
}

/** What is worth a word about a name that is right; null for nothing. */
export function findNameRisk({ name }: Pick<ArtifactDescription, 'name'>): string | null {
  const target = findTargetInName(name)
  if (target?.os !== 'windows') return null
  const base = name.replace(EXE, '').slice(0, -target.triple.length - 1)
  // https://github.com/tauri-apps/plugins-workspace/pull/2950
  return base.includes('.')
    ? `the shell plugin of Tauri cut such names off at their last dot until August 2025, and did not find ${show(base)}`
    : null
}

function explainWithoutTriple(name: string, stem: string, triple: string | null): NameProblem {
  const misplaced = TARGETS.find(target => stem.toLowerCase().includes(target.triple))
  if (misplaced !== undefined) return explainMisplaced(name, stem, misplaced.triple)
  const words = OTHER_WORDS.exec(stem)?.groups?.words
  if (words !== undefined)
    return problem(name, `"${words}" is no target triple`, stem.slice(0, -words.length - 1), triple)
  const meant = findMisspelt(stem)
  if (meant !== null)
    return problem(name, `"${printable(meant.word)}" is no target triple`, meant.base, meant.triple)
  return problem(name, 'there is no target triple at its end', stem, triple)
}

/** The triple is there, and not where or as it has to be. */
function explainMisplaced(name: string, stem: string, triple: string): NameProblem {
  const at = stem.toLowerCase().indexOf(triple)
  const before = stem.slice(0, at)
  const behind = stem.slice(at + triple.length)
  const parts = [before, behind].map(part => part.replace(SEPARATORS_AROUND, ''))
  const base = parts.filter(part => part !== '').join('-')
  return problem(name, complain(), base, triple)

  function complain(): string {
    if (behind !== '') return 'the target triple has to stand at its end'
    if (before === '') return 'there is no name before the triple'
    if (!stem.endsWith(triple)) return 'a target triple has no capital letters'
    return `"-" has to stand between name and triple, not "${printable(before.slice(-1))}"`
  }
}

/** Triples have three or four parts; one with a wrong letter is still nearer to itself than to any other. */
function findMisspelt(stem: string): { base: string; word: string; triple: string } | null {
  const parts = stem.split('-')
  for (const count of [4, 3]) {
    const word = parts.slice(-count).join('-')
    const triple =
      parts.length > count
        ? nearest(
            word,
            TARGETS.map(target => target.triple),
          )
        : null
    if (triple !== null) return { base: parts.slice(0, -count).join('-'), word, triple }
  }
  return null
}

function problem(name: string, complaint: string, base: string, triple: string | null): NameProblem {
  const wanted = base.replace(EXE, '').replace(SEPARATORS_AROUND, '')
  const exe = triple?.includes('-windows-') ? '.exe' : ''
  const full = `${wanted === '' ? '<name>' : show(wanted)}-${triple ?? '<target-triple>'}${exe}`
  return {
    expected: `the name ${full}, which is what Tauri's externalBin looks for`,
    observed: `Its name is ${show(name)}: ${complaint}.`,
  }
}

function show(name: string): string {
  return printable(name, NAME_CHARACTERS)
}
