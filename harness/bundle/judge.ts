import { findMissingApplication } from '../artifact/application.ts'
import type { ArtifactDescription } from '../artifact/description.ts'
import type { Contract } from '../contract/contract.ts'
import { printable } from '../text/printable.ts'
import type { BundleDescription, BundledCopy } from './description.ts'
import { mendBundle } from './mend.ts'
import { withoutTriple } from './names.ts'
import { sayChange, saySignature } from './words.ts'

/** What is to be said of a bundle, beside the clauses: these are of the file that was tested. */
export interface BundleFinding {
  /** Absolute. */
  readonly directory: string
  readonly outcome: 'pass' | 'fail'
  readonly expected: string
  readonly observed: string
  readonly copies: readonly CopyFinding[]
  /** Installers and archives that nobody has looked into. */
  readonly unopened: readonly string[]
  /** How to mend it; null where nothing is wrong. */
  readonly mend: string | null
}

export interface CopyFinding {
  readonly path: string
  /** `note`: it is not what is launched, and says so. */
  readonly outcome: 'pass' | 'fail' | 'note'
  /** In a word: `same`, `signed`, `changed`, … */
  readonly is: CopyState
  readonly sha256: string | null
  readonly observed: string
}

export const COPY_STATES = [
  'same',
  'signed',
  'changed',
  'stripped',
  'other',
  'damaged',
  'not-executable',
  'archived',
  'link',
  'unreadable',
] as const

export type CopyState = (typeof COPY_STATES)[number]

const READ_AND_EXECUTE_BY_ALL = 0o555
const MOST_NAMES = 3

/** Judges the copies in a bundle against the file that was tested. Pure: what was seen stands in the description. */
export function judgeBundle(
  bundle: BundleDescription,
  tested: ArtifactDescription,
  contract: Contract,
): BundleFinding {
  const { directory, unopened } = bundle
  const all = bundle.copies.map(copy => judgeCopy(copy, tested, contract))
  const hasFile = bundle.copies.some(({ kind }) => kind === 'file')
  // What lies in an archive beside a copy that can be launched only makes the app larger.
  const copies = all.map(copy =>
    copy.is === 'archived' && hasFile ? { ...copy, outcome: 'note' as const } : copy,
  )
  const wrong = copies.filter(({ outcome }) => outcome === 'fail')
  const missing = copies.length === 0 ? sayMissing(bundle) : null
  const misnamed = missing === null && wrong.length === 0 ? findMisnamed(copies, tested, contract) : null
  const [first = null] = wrong
  const problem = first === null ? (missing ?? misnamed ?? bundle.unfinished) : sayWrong(first, copies)
  const failed = problem !== null
  return {
    directory,
    outcome: failed ? 'fail' : 'pass',
    expected: `in the bundle ${bundle.names.join(' or ')}, with the bytes that were tested, and executable`,
    observed: safe(problem ?? sayRight(copies)),
    copies: copies.map(copy => ({ ...copy, observed: safe(copy.observed) })),
    unopened,
    mend: failed ? mendBundle(bundle, copies, { tested, misnamed: misnamed !== null }) : null,
  }
}

function judgeCopy(copy: BundledCopy, tested: ArtifactDescription, contract: Contract): CopyFinding {
  const { path } = copy
  const fail = (is: CopyState, observed: string, sha256: string | null = null): CopyFinding => {
    return { path, outcome: 'fail', is, sha256, observed }
  }
  switch (copy.kind) {
    case 'archived':
      return fail('archived', `it is in the archive ${copy.archive}, from which nothing can be launched`)
    case 'link':
      return fail(
        'link',
        copy.leads === 'outside'
          ? `it is a link out of the bundle, to ${printable(copy.target)}, which nobody has who installs it`
          : `it is a link to ${printable(copy.target)}, which is not there`,
      )
    case 'unreadable':
      return fail('unreadable', copy.why)
    case 'file': {
      const { artifact, difference } = copy
      const { sha256 } = artifact
      if (difference.kind === 'other') return fail('other', sayOther(artifact, tested), sha256)
      if (difference.kind === 'changed') {
        const missing = findMissingApplication(artifact, contract)
        const lost = missing === null || tested.payload?.state !== 'carried' ? '' : `. ${missing}`
        const isStripped = (difference.elf?.goneSections.length ?? 0) > 0
        return fail(isStripped ? 'stripped' : 'changed', `${sayChange(difference)}${lost}`, sha256)
      }
      const defect = findNewDefect(artifact, tested)
      if (defect !== null) return fail('damaged', defect, sha256)
      const mode = artifact.mode.toString(8).padStart(4, '0')
      if (!isExecutable(artifact))
        return fail('not-executable', `not everybody may read and execute it: mode ${mode}`, sha256)
      const isSame = difference.kind === 'none'
      const observed = isSame ? 'the bytes that were tested' : saySignature(difference, artifact)
      return { path, outcome: 'pass', is: isSame ? 'same' : 'signed', sha256, observed }
    }
  }
}

/** Windows has no such bits, and takes no heed of those that an archive was unpacked with. */
function isExecutable({ mode, format }: ArtifactDescription): boolean {
  return format === 'pe' || (mode & READ_AND_EXECUTE_BY_ALL) === READ_AND_EXECUTE_BY_ALL
}

/** What signing may break; what was wrong before is told of the tested file. */
function findNewDefect({ defects }: ArtifactDescription, tested: ArtifactDescription): string | null {
  const before = tested.defects.map(({ kind }) => kind)
  const found = defects.find(({ kind }) => !before.includes(kind))
  return found?.sentence ?? null
}

function sayOther(artifact: ArtifactDescription, tested: ArtifactDescription): string {
  const what = ({ triple, resembles, format }: ArtifactDescription) => triple ?? resembles ?? format
  return `it is another file altogether: ${what(artifact)}, and what was tested is ${what(tested)}`
}

/** Tauri's shell plugin joins the plain name to the directory of the app's own program (plugins/shell/src/process/mod.rs). */
function findMisnamed(
  copies: readonly CopyFinding[],
  { name, os }: ArtifactDescription,
  { app }: Contract,
): string | null {
  const plain = `${withoutTriple(name)}${os === 'windows' ? '.exe' : ''}`
  if (app !== 'tauri' || copies.some(({ path }) => path.split('/').at(-1) === plain)) return null
  const [first] = copies
  return `there is ${first?.path}, but no ${plain}, which is the name by which Tauri launches it`
}

function sayMissing({ directory, names, nearest, unopened, unfinished }: BundleDescription): string {
  const like = nearest === null ? '' : `; the nearest is ${printable(nearest)}`
  const closed = unopened.length === 0 ? '' : `, but ${sayList(unopened)}, which nobody has unpacked`
  return `no ${names.join(' or ')} anywhere in ${printable(directory)}${like}${closed}${unfinished === null ? '' : `; and ${unfinished}`}`
}

function sayWrong({ path, observed }: CopyFinding, copies: readonly CopyFinding[]): string {
  const more = copies.filter(({ outcome }) => outcome === 'fail').length - 1
  return `${path}: ${observed}${more === 0 ? '' : `; and ${more} more of ${copies.length} copies`}`
}

function sayRight(copies: readonly CopyFinding[]): string {
  const [only] = copies
  return copies.length === 1 && only !== undefined
    ? `${only.path}: ${only.observed}`
    : `${copies.length} copies, each ${copies.every(({ is }) => is === 'same') ? 'with the bytes that were tested' : 'what was tested'}`
}

/** Names of files are whatever somebody has written into an archive. */
function safe(text: string): string {
  return printable(text, Number.POSITIVE_INFINITY)
}

export function sayList(paths: readonly string[]): string {
  const named = paths.slice(0, MOST_NAMES).map(path => printable(path))
  return `${named.join(', ')}${paths.length > MOST_NAMES ? ` and ${paths.length - MOST_NAMES} more` : ''}`
}
