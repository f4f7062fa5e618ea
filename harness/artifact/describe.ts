import { createHash } from 'node:crypto'
import { type FileHandle, open, realpath } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import { FileBytes } from './bytes.ts'
import type { ArtifactContent, ArtifactDescription } from './description.ts'
import { readElf } from './elf.ts'
import { locateArtifact, refuseUnreadable } from './locate.ts'
import { type MachOOptions, readMachO, readUniversalMachO } from './macho.ts'
import { readPe } from './pe.ts'
import { describeEmpty, describeNonProgram, SIGNATURE_BYTES } from './resembles.ts'
import { readScript } from './script.ts'
import { findTargetInName } from './triple.ts'

export type {
  ArtifactDefect,
  ArtifactDescription,
  ArtifactFormat,
  ArtifactInterpreter,
  ArtifactLanguage,
  ArtifactLibc,
  ArtifactLibraries,
  ArtifactPayload,
  ArtifactSignature,
  ArtifactSystem,
  LibraryVersions,
  NeededLibrary,
} from './description.ts'
export { ArtifactPathError, type ArtifactPathReason } from './errors.ts'
export { compareWithName, judgeLaunchable } from './launchable.ts'

export interface DescribeOptions {
  /** The file's hash in hexadecimal digits, where a build has it already: hashing is nearly all that a description costs. */
  sha256?: string
  /** Whether the pages of a signature for macOS are compared with their hashes, which reads all of such a file. */
  verify?: boolean
}

/** Large enough that reading costs little beside hashing, small enough to stay out of the way of other work. */
const HASH_CHUNK_BYTES = 1024 * 1024

/**
 * Describes the file at `path` without running it: what it is, whom it is made for, and what would keep it from being
 * launched. Damaged, truncated and foreign files are described like any other.
 * Throws ArtifactPathError when there is no file that can be read.
 */
export async function describeArtifact(
  path: string,
  options: DescribeOptions = {},
): Promise<ArtifactDescription> {
  const absolute = resolve(path)
  await locateArtifact(absolute)
  const name = basename(absolute)
  const handle = await open(absolute).catch(error => {
    throw refuseUnreadable(absolute, error)
  })
  try {
    const stats = await handle.stat()
    return {
      path: absolute,
      name,
      bytes: stats.size,
      mode: stats.mode & 0o7777,
      regularFile: stats.isFile(),
      sha256: options.sha256 ?? (await hashFile(handle)),
      nameTriple: findTargetInName(name)?.triple ?? null,
      ...(await readContent(new FileBytes(handle, stats.size), await realpath(absolute), {
        verify: options.verify ?? false,
      })),
    }
  } catch (error) {
    throw refuseUnreadable(absolute, error)
  } finally {
    await handle.close()
  }
}

async function readContent(bytes: FileBytes, path: string, options: MachOOptions): Promise<ArtifactContent> {
  if (bytes.size === 0) return describeEmpty()
  const head = await bytes.head(SIGNATURE_BYTES)
  switch (recogniseFormat(head)) {
    case 'elf':
      return readElf(bytes, path)
    case 'mach-o':
      return readMachO(bytes, options)
    case 'mach-o-universal':
      return readUniversalMachO(bytes, options)
    case 'pe':
      return readPe(bytes)
    case 'script':
      return readScript(bytes)
    case 'unknown':
      return describeNonProgram(head)
  }
}

function recogniseFormat(head: Buffer): 'elf' | 'mach-o' | 'mach-o-universal' | 'pe' | 'script' | 'unknown' {
  const magic = head.toString('latin1', 0, 4)
  if (magic === '\x7fELF' || (magic !== '' && '\x7fELF'.startsWith(magic))) return 'elf'
  if (['\xcf\xfa\xed\xfe', '\xce\xfa\xed\xfe', '\xfe\xed\xfa\xcf', '\xfe\xed\xfa\xce'].includes(magic))
    return 'mach-o'
  if (magic === '\xca\xfe\xba\xbf' || (magic === '\xca\xfe\xba\xbe' && !isJavaClass(head)))
    return 'mach-o-universal'
  if (magic.startsWith('MZ')) return 'pe'
  if (magic.startsWith('#!')) return 'script'
  return 'unknown'
}

/** Java's class files share the universal Mach-O's magic. A version of 45 or more follows theirs, a count of processors the other. */
function isJavaClass(head: Buffer): boolean {
  return head.length >= 8 && head.readUInt32BE(4) >= 45
}

async function hashFile(handle: FileHandle): Promise<string> {
  const hash = createHash('sha256')
  const chunk = Buffer.allocUnsafe(HASH_CHUNK_BYTES)
  let position = 0
  for (;;) {
    const { bytesRead } = await handle.read(chunk, 0, chunk.length, position)
    if (bytesRead === 0) return hash.digest('hex')
    hash.update(chunk.subarray(0, bytesRead))
    position += bytesRead
  }
}
