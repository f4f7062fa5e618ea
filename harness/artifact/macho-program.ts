import type { FileBytes } from './bytes.ts'
import { damagedHeader, findTruncation } from './defects.ts'
import type { ArtifactDefect, ArtifactSystem } from './description.ts'
import { headerBytes, type MachOCommand, readCommands, readMachOHeader } from './macho-commands.ts'
import { type MachOSection, readMachOSections } from './macho-sections.ts'
import type { FileRange } from './packed-program.ts'

/** What the header and the load commands of a Mach-O file for one processor say. */
export interface MachOProgram {
  bytes: FileBytes
  bits: 32 | 64
  endianness: 'little' | 'big'
  /** cputype */
  cpu: number
  fileType: number
  os: ArtifactSystem | null
  /** The oldest version of that system: `11.0`; null where nothing is said. */
  leastSystem: string | null
  /** Names of the libraries that have to be there (LC_LOAD_DYLIB, and those that it also offers as its own). */
  imports: string[]
  /** Whether dyld loads it. */
  linkage: 'static' | 'dynamic'
  stripped: boolean
  sections: MachOSection[]
  /** What it offers to others, as dyld's tree of names. */
  exports: FileRange | null
  /** Where its code signature lies, be it an ad-hoc one; null where there is none. */
  signature: FileRange | null
  /** Where all that its load commands speak of ends. */
  end: number
  truncation: ArtifactDefect | null
}

const LC_SEGMENT = 0x1
const LC_SYMTAB = 0x2
const LC_DYSYMTAB = 0xb
const LC_LOAD_DYLIB = 0xc
const LC_LOAD_DYLINKER = 0xe
const LC_SEGMENT_64 = 0x19
const LC_CODE_SIGNATURE = 0x1d
const LC_DYLD_INFO = 0x22
const LC_VERSION_MIN_MACOSX = 0x24
const LC_BUILD_VERSION = 0x32
/** Of commands that an older dyld must not pass over. */
const LC_REQ_DYLD = 0x80000000
const LC_REEXPORT_DYLIB = 0x1f + LC_REQ_DYLD
const LC_DYLD_INFO_ONLY = LC_DYLD_INFO + LC_REQ_DYLD
const LC_DYLD_EXPORTS_TRIE = 0x33 + LC_REQ_DYLD
/** macOS takes no longer path (PATH_MAX). */
const MAX_NAME_BYTES = 1024

/** LC_BUILD_VERSION's platform; 6 is Mac Catalyst. Programs without that command are older than the other systems. */
const PLATFORMS: Record<number, ArtifactSystem> = { 1: 'macos', 2: 'ios', 6: 'macos' }
const IS_MACOS = 1

/** Reads a Mach-O file for one processor, or says what is wrong with its header. */
export async function readMachOProgram(bytes: FileBytes): Promise<MachOProgram | ArtifactDefect> {
  const header = await readMachOHeader(bytes)
  if (header === null) {
    const needed = await headerBytes(bytes)
    if (needed === null) return damagedHeader('it does not begin as a Mach-O file does')
    return findTruncation(bytes.size, needed) ?? damagedHeader('it could not be read')
  }
  const commands = await readCommands(bytes, header)
  if ('kind' in commands) return commands
  const { bits, endianness, cpu, fileType } = header
  const segments = commands.filter(({ type }) => type === LC_SEGMENT || type === LC_SEGMENT_64)
  const end = segments.reduce((furthest, segment) => Math.max(furthest, endOf(segment)), header.commandsEnd)
  const sections = await readMachOSections(bytes, header, segments)
  const isDynamic = commands.some(({ type }) => type === LC_LOAD_DYLINKER)
  return {
    bytes,
    ...{ bits, endianness, cpu, fileType, sections, end },
    ...readPlatform(commands),
    imports: await readImports(bytes, commands),
    linkage: isDynamic ? 'dynamic' : 'static',
    stripped: isStripped(commands),
    exports: findExports(commands),
    signature: findPlace(commands, LC_CODE_SIGNATURE, 8),
    truncation: findTruncation(bytes.size, end),
  }
}

function endOf({ type, size, fields }: MachOCommand): number {
  if (type === LC_SEGMENT) return size < 40 ? 0 : fields.u32(32) + fields.u32(36)
  return size < 56 ? 0 : fields.u64(40) + fields.u64(48)
}

async function readImports(bytes: FileBytes, commands: readonly MachOCommand[]): Promise<string[]> {
  const imports: string[] = []
  for (const { type, offset, size, fields } of commands) {
    if ((type !== LC_LOAD_DYLIB && type !== LC_REEXPORT_DYLIB) || size < 12) continue
    const nameAt = Math.min(fields.u32(8), size)
    imports.push((await bytes.text(offset + nameAt, Math.min(size - nameAt, MAX_NAME_BYTES))) ?? '')
  }
  return imports
}

function readPlatform(commands: readonly MachOCommand[]): Pick<MachOProgram, 'os' | 'leastSystem'> {
  const builds = commands.filter(({ type, size }) => type === LC_BUILD_VERSION && size >= 16)
  // Zippered ones name macOS beside Catalyst, whose versions are those of iOS.
  const build = builds.find(({ fields }) => fields.u32(8) === IS_MACOS) ?? builds[0]
  if (build !== undefined)
    return { os: PLATFORMS[build.fields.u32(8)] ?? null, leastSystem: versionOf(build.fields.u32(12)) }
  const older = commands.find(({ type, size }) => type === LC_VERSION_MIN_MACOSX && size >= 12)
  return { os: 'macos', leastSystem: older === undefined ? null : versionOf(older.fields.u32(8)) }
}

/** `xxxx.yy.zz` in hexadecimal nibbles; null for 0, which nobody promises. */
function versionOf(packed: number): string | null {
  if (packed === 0) return null
  const patch = packed & 0xff
  return `${packed >>> 16}.${(packed >>> 8) & 0xff}${patch === 0 ? '' : `.${patch}`}`
}

/** Names of what it keeps to itself are for debuggers. dyld needs only those that it shares. */
function isStripped(commands: readonly MachOCommand[]): boolean {
  const shared = commands.find(({ type, size }) => type === LC_DYSYMTAB && size >= 16)
  if (shared !== undefined) return shared.fields.u32(12) === 0
  const all = commands.find(({ type, size }) => type === LC_SYMTAB && size >= 16)
  return all === undefined || all.fields.u32(12) === 0
}

function findExports(commands: readonly MachOCommand[]): FileRange | null {
  return (
    findPlace(commands, LC_DYLD_EXPORTS_TRIE, 8) ??
    findPlace(commands, LC_DYLD_INFO_ONLY, 40) ??
    findPlace(commands, LC_DYLD_INFO, 40)
  )
}

/** The offset and the size that stand at a place of a command; null where there is no such command. */
function findPlace(commands: readonly MachOCommand[], wanted: number, at: number): FileRange | null {
  const command = commands.find(({ type, size }) => type === wanted && size >= at + 8)
  return command === undefined ? null : { offset: command.fields.u32(at), size: command.fields.u32(at + 4) }
}
