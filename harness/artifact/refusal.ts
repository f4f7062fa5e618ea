import { printable } from '../text/printable.ts'
import type { ArtifactDescription, ArtifactLibraries, LibraryVersions } from './description.ts'
import { type ArtifactHost, judgeLaunchable } from './launchable.ts'

/** As much of a name from a file as belongs into a sentence, and as many of them. */
const NAME_CHARACTERS = 80
const MOST_NAMED = 3

/**
 * Why the loader of `host` refuses a program that the kernel would start: it is not there itself, a library is not, or
 * one is too old. In one or more plain sentences; null when it does not refuse it, or when nobody can tell.
 * `environment` is what the contract gives the program.
 */
export function findRefusal(
  artifact: ArtifactDescription,
  host: ArtifactHost,
  environment: Readonly<Record<string, string>> = {},
): string | null {
  const { interpreter, libraries, libc } = artifact
  if (artifact.format !== 'elf' || !judgeLaunchable(artifact, host).launchable) return null
  if (interpreter?.exists === false) {
    const madeFor = libc === 'musl' ? ' It is linked with musl, the C library of Alpine Linux.' : ''
    return `Its loader ${name(interpreter.path)} does not exist on this machine, which is reported as ENOENT, as if the file itself were missing.${madeFor}`
  }
  if (libraries === null || isOutOfSight(libraries, environment)) return null
  return describeMissing(libraries) ?? describeLacking(libraries)
}

/** Whether the loader also looks, or only looks, in places that are not known here. */
export function isOutOfSight(
  libraries: ArtifactLibraries,
  environment: Readonly<Record<string, string>>,
): boolean {
  return !libraries.searched || (environment.LD_LIBRARY_PATH ?? '') !== ''
}

/** Who asks for a library, as the subject of a sentence. */
export function nameAsker(by: string | null): string {
  return by === null ? 'it' : name(by)
}

function describeMissing({ needed }: ArtifactLibraries): string | null {
  const missing = needed.filter(({ path }) => path === null)
  if (missing.length === 0) return null
  const named = missing
    .slice(0, MOST_NAMED)
    .map(library => `${name(library.name)}, which ${nameAsker(library.by)} needs`)
  const more = missing.length > MOST_NAMED ? `, and ${missing.length - MOST_NAMED} more` : ''
  const are = missing.length === 1 ? 'is' : 'are'
  return `Not on this machine ${are} ${named.join('; ')}${more}. The loader refuses it with exit code 127.`
}

function describeLacking(libraries: ArtifactLibraries): string | null {
  const lacking = libraries.versions.filter(versions => versions.lacking.length > 0)
  if (lacking.length === 0) return null
  const sentences = lacking.slice(0, MOST_NAMED).map(versions => describeOne(versions, libraries.newestGlibc))
  return `${sentences.join('; ')}. The loader refuses it with exit code 1.`
}

function describeOne({ by, library, lacking }: LibraryVersions, newestGlibc: string | null): string {
  const who = by === null ? 'It' : name(by)
  const what = lacking.slice(0, MOST_NAMED).map(name).join(', ')
  const isGlibc = newestGlibc !== null && lacking.some(version => version.startsWith('GLIBC_'))
  const offers = isGlibc ? `this machine has ${newestGlibc}` : "this machine's does not have that"
  return `${who} needs ${what} of ${name(library)}, and ${offers}`
}

function name(text: string): string {
  return printable(text, NAME_CHARACTERS)
}
