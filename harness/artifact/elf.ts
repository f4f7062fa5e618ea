import type { FileBytes } from './bytes.ts'
import { damagedHeader, findTruncation, notAProgram } from './defects.ts'
import { type ArtifactContent, type ArtifactDefect, NO_CONTENT } from './description.ts'
import { type ElfDynamic, readDynamic } from './elf-dynamic.ts'
import { describeLibraries } from './elf-libraries.ts'
import { readNotes } from './elf-notes.ts'
import { findElfPlatform } from './elf-platform.ts'
import { definesSymbol } from './elf-symbols.ts'
import {
  type ElfHeader,
  type ElfSection,
  type ElfSegment,
  findTableDefect,
  readElfHeader,
  readSections,
  readSegments,
} from './elf-tables.ts'
import { lookUpInterpreter } from './interpreter.ts'
import { readLanguage } from './language.ts'
import { readPayload } from './payload.ts'
import { deriveTriple } from './triple.ts'

const ET_EXEC = 2
const ET_DYN = 3
const KINDS: Record<number, string> = { 1: 'an ELF object file', 4: 'a core dump' }

const PT_INTERP = 3
const SHT_NULL = 0
const SHT_SYMTAB = 2
/** .bss and its like: a size, and nothing in the file. */
const SHT_NOBITS = 8
/** The e_flags bit of 32-bit ARM. Go's linker leaves it out. */
const EF_ARM_ABI_FLOAT_HARD = 0x400

const UPX_MARK = Buffer.from('UPX!')
const UPX_WITHIN_BYTES = 64

/** Linux refuses a longer PT_INTERP (PATH_MAX, load_elf_binary). */
const MAX_LOADER_BYTES = 4096

/** e_machine values of processors that Node runs on; the class says which of two it is. */
const MACHINES: Record<number, { word: string; arch32?: string; arch64?: string }> = {
  3: { word: 'Intel 80386', arch32: 'ia32' },
  20: { word: 'PowerPC', arch32: 'ppc' },
  21: { word: 'PowerPC64', arch64: 'ppc64' },
  22: { word: 'IBM S/390', arch32: 's390', arch64: 's390x' },
  40: { word: 'ARM', arch32: 'arm' },
  62: { word: 'x86-64', arch64: 'x64' }, // with the 32-bit class it is x32, which hardly any kernel runs
  183: { word: 'AArch64', arch64: 'arm64' },
  243: { word: 'RISC-V', arch32: 'riscv32', arch64: 'riscv64' },
  258: { word: 'LoongArch', arch32: 'loong32', arch64: 'loong64' },
}

/** Describes a file that begins as ELF does; `path` is where it lies, with symbolic links resolved. */
export async function readElf(bytes: FileBytes, path: string): Promise<ArtifactContent> {
  const header = await readElfHeader(bytes)
  if ('kind' in header) {
    const resembles = header.kind === 'truncated' ? 'a truncated ELF file' : 'a damaged ELF file'
    return { ...NO_CONTENT, format: 'elf', resembles, defects: [header] }
  }
  const segments = await readSegments(bytes, header)
  const sections = await readSections(bytes, header)
  const loader = await readLoader(bytes, segments)
  const notes = await readNotes(bytes, header, segments)
  const platform = findElfPlatform(header, notes, sections, loader)
  const os = platform.os
  const archs = findArchs(header)
  const dynamic = await readDynamic(bytes, header, segments)
  const kind = findOtherKind(header, loader, dynamic)
  const describedBytes = measureElf(header, segments, sections)
  const truncation = findTruncation(bytes.size, describedBytes)
  // A library has no loader to tell its libc by, and of a truncated file the telling part may be what is missing.
  const libc = kind === null && truncation === null ? platform.libc : null
  const defects = [
    kind === null ? null : notAProgram(kind),
    kind === null ? findTableDefect(header) : null,
    truncation,
    loader === '' && truncation === null ? damagedHeader('it names no loader where it promises one') : null,
  ].filter(defect => defect !== null)
  const content: ArtifactContent = {
    ...NO_CONTENT,
    format: 'elf',
    resembles: kind ?? describeDamage(defects),
    os,
    archs,
    machine: describeMachine(header),
    bits: header.bits,
    endianness: header.endianness,
    libc,
    interpreter: loader === null ? null : await lookUpInterpreter(loader),
    triple: deriveTriple({
      os,
      archs,
      libc,
      endianness: header.endianness,
      // Without a libc there is nobody to pass floats to; the distributions' own port is hard-float.
      hardFloat: libc === 'none' || (header.flags & EF_ARM_ABI_FLOAT_HARD) !== 0,
    }),
    defects,
  }
  if (defects.length > 0) return content
  const payload = await readPayload({
    bytes,
    format: 'elf',
    sections,
    injected: notes,
    ownName: null,
    defines: dynamic?.defines ?? [],
    offers: async symbol => dynamic?.symbols != null && definesSymbol(dynamic.symbols, symbol),
    appended: { offset: describedBytes, size: bytes.size - describedBytes },
  })
  return {
    ...content,
    libraries: await describeLibraries({ path, header, dynamic, content }),
    payload,
    language: payload === null ? await readLanguage({ bytes, sections }) : null,
    linkage: loader === null && (dynamic?.needed ?? []).length === 0 ? 'static' : 'dynamic',
    stripped: !sections.some(({ type }) => type === SHT_SYMTAB),
    compressor: (await isCompressed(bytes, header)) ? 'upx' : null,
  }
}

/** The bytes that the file needs to hold all that its headers speak of. */
function measureElf(
  header: ElfHeader,
  segments: readonly ElfSegment[],
  sections: readonly ElfSection[],
): number {
  const tables = [header.segments, header.sections].map(table => ({
    offset: table.offset,
    size: table.count * table.entryBytes,
  }))
  const contents = sections.filter(({ type }) => type !== SHT_NULL && type !== SHT_NOBITS)
  // Not Math.max(...): a damaged header makes more of them than a call takes arguments.
  return [...tables, ...segments, ...contents]
    .filter(({ size }) => size > 0)
    .reduce((end, { offset, size }) => Math.max(end, offset + size), 0)
}

/** UPX leaves no sections, and its mark behind the program headers (l_info of its src/stub/src/include/linux.h). */
async function isCompressed(bytes: FileBytes, { segments }: ElfHeader): Promise<boolean> {
  const at = segments.offset + segments.count * segments.entryBytes
  return (await bytes.find(UPX_MARK, at, UPX_WITHIN_BYTES)) !== null
}

async function readLoader(bytes: FileBytes, segments: readonly ElfSegment[]): Promise<string | null> {
  const segment = segments.find(({ type }) => type === PT_INTERP)
  if (segment === undefined) return null
  return bytes.text(segment.offset, Math.min(segment.size, MAX_LOADER_BYTES))
}

function findArchs(header: ElfHeader): string[] {
  const machine = MACHINES[header.machine]
  const arch = header.bits === 64 ? machine?.arch64 : machine?.arch32
  return arch === undefined ? [] : [arch]
}

function describeMachine(header: ElfHeader): string {
  const word = MACHINES[header.machine]?.word
  return `e_machine ${header.machine}${word === undefined ? '' : ` (${word})`}`
}

/**
 * What an ELF file that is not made to be launched is. Static-pie programs are ET_DYN without a loader too: they have an
 * entry point, as some linkers give to libraries, and neither a library's name nor the need of another library.
 */
function findOtherKind(header: ElfHeader, loader: string | null, dynamic: ElfDynamic | null): string | null {
  if (header.type === ET_EXEC) return null
  if (header.type !== ET_DYN) return KINDS[header.type] ?? `an ELF file of type ${header.type}`
  if (loader !== null) return null
  const isLinked = dynamic !== null && (dynamic.soname !== null || dynamic.needed.length > 0)
  return header.entryPoint === 0 || isLinked ? 'a shared library' : null
}

function describeDamage(defects: readonly ArtifactDefect[]): string | null {
  if (defects.length === 0) return null
  return defects.some(({ kind }) => kind === 'truncated') ? 'a truncated ELF file' : 'a damaged ELF file'
}
