import { readlink, realpath, stat } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join, posix, relative, resolve, sep } from 'node:path'
import { unlessAbsent } from '../artifact/absent.ts'
import { describeArtifact } from '../artifact/describe.ts'
import type { ArtifactDefect, ArtifactDescription } from '../artifact/description.ts'
import { ArtifactPathError } from '../artifact/errors.ts'
import { nearest } from '../text/nearest.ts'
import { findInAsar } from './asar.ts'
import type { BundleDescription, BundledCopy } from './description.ts'
import { findDifference } from './difference.ts'
import { namesInBundle } from './names.ts'
import { unpackCommand } from './packages.ts'
import { type Entry, walk } from './walk.ts'

/** Of one sidecar a bundle holds one copy; a directory of all bundles of an app some ten. */
const MAX_COPIES = 64
const EXECUTABLE_BITS = 0o111
const ARCHIVE = /\.(zip|nupkg|tar|tgz|tar\.[gx]z)$/i
/** `macos/App.app.tar.gz`, `deb/App_1.0_amd64/data.tar.gz`. */
const SHIPPED_DEPTH = 3
const NO_PROGRAM: readonly ArtifactDefect['kind'][] = ['empty', 'not-a-program', 'text-without-shebang']

/**
 * Looks in an unpacked bundle for copies of what was tested, by its names and by its content, and tells how each differs
 * from it. Links are followed where they stay inside. Rejects when `signal` aborts.
 */
export async function describeBundle(
  directory: string,
  tested: ArtifactDescription,
  signal?: AbortSignal,
): Promise<BundleDescription> {
  const { entries, count, unfinished } = await walk(directory, signal)
  const names = namesInBundle(tested)
  const copies: BundledCopy[] = []
  const wanted = await chooseEntries(directory, entries, { names, tested, signal })
  for (const entry of wanted.slice(0, MAX_COPIES)) {
    signal?.throwIfAborted()
    copies.push(...(await describeEntry(directory, entry, tested)))
  }
  for (const { path } of entries.filter(({ name, isLink }) => name.endsWith('.asar') && !isLink)) {
    const inside = await findInAsar(join(directory, path), names)
    for (const at of inside ?? [])
      copies.push({ kind: 'archived', path: posix.join(path, at), archive: path })
  }
  const tooMany =
    wanted.length > MAX_COPIES ? `only the first ${MAX_COPIES} of ${wanted.length} were compared` : null
  return {
    directory,
    names,
    entries: count,
    unfinished: unfinished ?? tooMany,
    copies: withoutStrangers(copies),
    unopened: entries.filter(isUnopened).map(({ path }) => path),
    nearest: copies.length > 0 ? null : await findNearest(directory, entries, names),
  }
}

interface Wanted {
  readonly names: readonly string[]
  readonly tested: ArtifactDescription
  readonly signal: AbortSignal | undefined
}

/** By its name; or by its size, for one that was given another name and may be the same all the same. */
async function chooseEntries(
  directory: string,
  entries: readonly Entry[],
  { names, tested, signal }: Wanted,
): Promise<readonly Entry[]> {
  const byName = entries.filter(({ name }) => names.includes(name))
  const others: Entry[] = []
  for (const entry of entries.filter(each => !each.isLink && !byName.includes(each))) {
    signal?.throwIfAborted()
    const about = await unlessAbsent(stat(join(directory, entry.path)))
    if (about?.size !== tested.bytes) continue
    if ((await hashOf(join(directory, entry.path))) === tested.sha256) others.push(entry)
  }
  return [...byName, ...others]
}

/** Null for what cannot be read. */
async function hashOf(path: string): Promise<string | null> {
  try {
    return (await describeArtifact(path)).sha256
  } catch (error) {
    if (error instanceof ArtifactPathError) return null
    throw error
  }
}

async function describeEntry(
  directory: string,
  { path, isLink }: Entry,
  tested: ArtifactDescription,
): Promise<readonly BundledCopy[]> {
  let file = join(directory, path)
  if (isLink) {
    const link = await followLink(directory, path)
    if ('kind' in link) return [link]
    // A file of that name has an entry of its own; one of another name comes by this one.
    if (namesInBundle(tested).includes(basename(link.file))) return []
    if ((await stat(link.file)).isDirectory()) return []
    file = link.file
  }
  try {
    const artifact = await describeArtifact(file, { verify: true })
    return [{ kind: 'file', path, artifact, difference: await findDifference(tested, artifact) }]
  } catch (error) {
    if (!(error instanceof ArtifactPathError)) throw error
    return [{ kind: 'unreadable', path, why: error.message }]
  }
}

/** An absolute path is one of the machine on which it is installed: it holds where it leads to a file of the bundle there. */
async function followLink(directory: string, path: string): Promise<BundledCopy | { readonly file: string }> {
  const from = join(directory, path)
  const target = await readlink(from)
  const told = (leads: 'outside' | 'nowhere'): BundledCopy => ({ kind: 'link', path, target, leads })
  if (isAbsolute(target)) {
    const file = await findBelow(directory, dirname(path), target)
    return file === null ? told('outside') : { file }
  }
  if (!isBelow(directory, resolve(dirname(from), target))) return told('outside')
  const real = await unlessAbsent(realpath(from))
  if (real === null) return told('nowhere')
  return isBelow(await realpath(directory), real) ? { file: real } : told('outside')
}

/** A directory on the way up to the bundle's may be the root that an absolute path is meant from. */
async function findBelow(directory: string, place: string, target: string): Promise<string | null> {
  const up = place === '.' ? [] : place.split('/')
  for (let depth = up.length; depth >= 0; depth--) {
    const root = join(directory, ...up.slice(0, depth))
    const real = await unlessAbsent(realpath(join(root, target)))
    if (real !== null && isBelow(await realpath(directory), real)) return real
  }
  return null
}

function isBelow(directory: string, path: string): boolean {
  const way = relative(directory, path)
  return way !== '' && way.split(sep)[0] !== '..' && !isAbsolute(way)
}

/**
 * A name is shared by more than programs, such as what a shell completes its arguments by, and names for debuggers
 * (`backend.dSYM/…/backend`): where there is a program, what is none and nobody may execute is none of ours.
 */
function withoutStrangers(copies: readonly BundledCopy[]): readonly BundledCopy[] {
  const isProgram = (copy: BundledCopy) =>
    copy.kind !== 'file' ||
    copy.artifact.defects.every(({ kind }) => !NO_PROGRAM.includes(kind)) ||
    (copy.artifact.mode & EXECUTABLE_BITS) !== 0
  return copies.some(isProgram) ? copies.filter(isProgram) : copies
}

/** Archives deep in an app are its own data; beside it they are what it is shipped in. */
function isUnopened({ path, isLink }: Entry): boolean {
  if (isLink || path.endsWith('.asar') || unpackCommand(path) === null) return false
  return !ARCHIVE.test(path) || path.split('/').length <= SHIPPED_DEPTH
}

async function findNearest(
  directory: string,
  entries: readonly Entry[],
  names: readonly string[],
): Promise<string | null> {
  const programs: Entry[] = []
  for (const entry of entries.filter(({ isLink }) => !isLink)) {
    const about = await unlessAbsent(stat(join(directory, entry.path)))
    if (about !== null && (about.mode & EXECUTABLE_BITS) !== 0) programs.push(entry)
  }
  for (const name of names) {
    const longer = programs.find(each => each.name.startsWith(`${name}-`) || each.name.startsWith(`${name}.`))
    const near =
      longer?.name ??
      nearest(
        name,
        programs.map(each => each.name),
      )
    const found = programs.find(each => each.name === near)
    if (found !== undefined) return found.path
  }
  return null
}
