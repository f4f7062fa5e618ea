import type { FileBytes } from './bytes.ts'
import { damagedHeader, findTruncation, notAProgram } from './defects.ts'
import {
  type ArtifactContent,
  type ArtifactDefect,
  type ArtifactLibraries,
  type ArtifactSignature,
  NO_CONTENT,
} from './description.ts'
import { isNewer } from './glibc-version.ts'
import { readLanguage } from './language.ts'
import { isExported } from './macho-exports.ts'
import { type MachOProgram, readMachOProgram } from './macho-program.ts'
import { readMachOSignature } from './macho-signature.ts'
import { FIRST_ON_APPLE_SILICON } from './macos-floor.ts'
import type { PackedProgram } from './packed-program.ts'
import { readPayload } from './payload.ts'
import { deriveTriple } from './triple.ts'

const MH_EXECUTE = 2
const KINDS: Record<number, string> = {
  1: 'a Mach-O object file',
  6: 'a Mach-O dynamic library',
  8: 'a Mach-O bundle, which other programs load',
}

const CPUS: Record<number, { word: string; arch: string }> = {
  7: { word: 'I386', arch: 'ia32' },
  18: { word: 'POWERPC', arch: 'ppc' },
  16777223: { word: 'X86_64', arch: 'x64' },
  16777228: { word: 'ARM64', arch: 'arm64' },
}

/** The universal file's table is big-endian, whatever the programs in it are. */
const WIDE_TABLE_MAGIC = 0xcafebabf
const TABLE_HEADER_BYTES = 8
/** There never were more processors at once than four; each part may be said to be the whole file. */
const MAX_PARTS = 16

/** macOS ends such a program with SIGKILL and no word of output: https://github.com/golang/go/issues/42684 */
const UNSIGNED: ArtifactDefect = {
  kind: 'unsigned',
  sentence:
    'It is for Apple Silicon and carries no code signature, not even an ad-hoc one, so macOS kills it at launch; `codesign --force --sign - FILE` adds one.',
}

const BROKEN = (wrong: number, checked: number): ArtifactDefect => ({
  kind: 'broken-signature',
  sentence: `It was changed after it was signed: ${wrong} of ${checked} pages are not those of its code signature, and macOS kills it when it comes to one; sign it again, as the last step of the build: \`codesign --force --sign - FILE\`.`,
})

/** What else is asked for, beside what headers tell. */
export interface MachOOptions {
  /** Compare the pages with the hashes in the signature, which reads the whole file. */
  verify: boolean
}

/** Describes a Mach-O file for one processor. */
export async function readMachO(bytes: FileBytes, options: MachOOptions): Promise<ArtifactContent> {
  const program = await readMachOProgram(bytes)
  return 'kind' in program
    ? describeDamaged('mach-o', program)
    : describePrograms('mach-o', [program], options)
}

/** Describes a universal file: several Mach-O files, one for each processor, behind a table. */
export async function readUniversalMachO(bytes: FileBytes, options: MachOOptions): Promise<ArtifactContent> {
  const parts = await readUniversalParts(bytes)
  if ('kind' in parts) return describeDamaged('mach-o-universal', parts)
  const programs: MachOProgram[] = []
  for (const part of parts) {
    const program = await readMachOProgram(part)
    if ('kind' in program) return describeDamaged('mach-o-universal', program)
    programs.push(program)
  }
  return describePrograms('mach-o-universal', programs, options)
}

/** The programs in a universal file, or what is wrong with its table. */
export async function readUniversalParts(bytes: FileBytes): Promise<FileBytes[] | ArtifactDefect> {
  const header = await bytes.fields(0, TABLE_HEADER_BYTES, 'big')
  if (header === null)
    return findTruncation(bytes.size, TABLE_HEADER_BYTES) ?? damagedHeader('it could not be read')
  const wide = header.u32(0) === WIDE_TABLE_MAGIC
  const entryBytes = wide ? 32 : 20
  const count = header.u32(4)
  const tableEnd = TABLE_HEADER_BYTES + count * entryBytes
  if (tableEnd <= bytes.size && count > MAX_PARTS) return damagedHeader(`it counts ${count} programs`)
  const parts: FileBytes[] = []
  for (let offset = TABLE_HEADER_BYTES; offset < tableEnd; offset += entryBytes) {
    const entry = await bytes.fields(offset, entryBytes, 'big')
    const start = entry === null ? 0 : wide ? entry.u64(8) : entry.u32(8)
    const size = entry === null ? 0 : wide ? entry.u64(16) : entry.u32(12)
    const part = entry === null ? null : bytes.part(start, size)
    if (part === null)
      return (
        findTruncation(bytes.size, Math.max(tableEnd, start + size)) ?? damagedHeader('it could not be read')
      )
    parts.push(part)
  }
  return parts.length > 0 ? parts : damagedHeader('it holds no program')
}

type MachOFormat = 'mach-o' | 'mach-o-universal'

async function describePrograms(
  format: MachOFormat,
  programs: readonly MachOProgram[],
  { verify }: MachOOptions,
): Promise<ArtifactContent> {
  const [first] = programs
  const archs = programs.map(({ cpu }) => CPUS[cpu]?.arch).filter(arch => arch !== undefined)
  const os = first?.os ?? null
  const other = programs.find(({ fileType }) => fileType !== MH_EXECUTE)
  const kind =
    other === undefined ? null : (KINDS[other.fileType] ?? `a Mach-O file of type ${other.fileType}`)
  const truncation = programs.find(program => program.truncation !== null)?.truncation ?? null
  const isWhole = kind === null && truncation === null
  const signature = isWhole ? await readSignatures(programs, verify) : null
  const unsigned = programs.some(({ cpu, signature: place }) => isAppleSilicon(cpu) && place === null)
  const pages = signature?.pages ?? { checked: 0, wrong: 0 }
  const defects = [
    kind === null ? null : notAProgram(kind),
    truncation,
    unsigned && os === 'macos' && isWhole ? UNSIGNED : null,
    pages.wrong > 0 && os === 'macos' ? BROKEN(pages.wrong, pages.checked) : null,
  ].filter(defect => defect !== null)
  const payload = isWhole && first !== undefined ? await readPayload(packedMachO(first)) : null
  return {
    ...NO_CONTENT,
    format,
    resembles: kind ?? (truncation === null ? null : 'a truncated Mach-O file'),
    os,
    archs,
    machine: programs.map(describeMachine).join(', '),
    bits: first?.bits ?? null,
    endianness: first?.endianness ?? null,
    libraries: isWhole ? listImports(programs) : null,
    payload,
    language: isWhole && payload === null && first !== undefined ? await readLanguage(first) : null,
    linkage: isWhole ? (programs.some(({ linkage }) => linkage === 'dynamic') ? 'dynamic' : 'static') : null,
    stripped: isWhole ? programs.every(({ stripped }) => stripped) : null,
    leastMacos: os === 'macos' ? findLeastMacos(programs) : null,
    signature,
    triple: deriveTriple({ os, archs }),
    defects,
  }
}

/** Signed as well as the program in it that is signed worst. */
async function readSignatures(
  programs: readonly MachOProgram[],
  verify: boolean,
): Promise<ArtifactSignature | null> {
  const all: ArtifactSignature[] = []
  for (const { bytes, signature } of programs) all.push(await readMachOSignature(bytes, signature, verify))
  const [worst] = all.toSorted(
    (one, other) => KINDS_OF_SIGNATURE.indexOf(one.kind) - KINDS_OF_SIGNATURE.indexOf(other.kind),
  )
  if (worst === undefined) return null
  const pages = all.map(signature => signature.pages).filter(each => each !== null)
  return {
    ...worst,
    hardenedRuntime:
      worst.hardenedRuntime === null ? null : all.every(each => each.hardenedRuntime !== false),
    entitlements: worst.entitlements.filter(key => all.every(each => each.entitlements.includes(key))),
    pages:
      pages.length === 0
        ? null
        : {
            checked: pages.reduce((sum, { checked }) => sum + checked, 0),
            wrong: pages.reduce((sum, { wrong }) => sum + wrong, 0),
          },
  }
}

/** From the worst to the best. */
const KINDS_OF_SIGNATURE = ['none', 'damaged', 'ad-hoc', 'certificate', 'developer-id']

/** A part for Apple Silicon asks nothing of the Macs that the others are for. */
function findLeastMacos(programs: readonly MachOProgram[]): string | null {
  const asking = programs.filter(
    ({ cpu, leastSystem }) =>
      programs.length === 1 || !isAppleSilicon(cpu) || isNewer(leastSystem ?? '0', FIRST_ON_APPLE_SILICON),
  )
  const versions = asking.map(({ leastSystem }) => leastSystem).filter(version => version !== null)
  return versions.reduce<string | null>(
    (newest, version) => (newest === null || isNewer(version, newest) ? version : newest),
    null,
  )
}

/** A cputype in Node's words. */
export function nameCpu(cpu: number): string {
  return CPUS[cpu]?.arch ?? `cputype ${cpu}`
}

function isAppleSilicon(cpu: number): boolean {
  return CPUS[cpu]?.arch === 'arm64'
}

/** What is looked at for the application that a packer put in. */
function packedMachO({ bytes, sections, exports, end }: MachOProgram): PackedProgram {
  return {
    bytes,
    format: 'mach-o',
    sections,
    injected: sections.map(({ name, offset, size }) => ({ owner: name.replace(/^.*,_*/, ''), offset, size })),
    ownName: null,
    defines: [],
    offers: async symbol => exports !== null && isExported(bytes, exports, symbol),
    appended: { offset: end, size: bytes.size - end },
  }
}

/** By name only: macOS holds its own libraries in a cache, where no file shows them. */
function listImports(programs: readonly MachOProgram[]): ArtifactLibraries {
  const names = new Set(programs.flatMap(({ imports }) => imports))
  const needed = [...names].map(name => ({ name, by: null, path: null }))
  return { needed, versions: [], newestGlibc: null, searched: false }
}

function describeDamaged(format: MachOFormat, defect: ArtifactDefect): ArtifactContent {
  const resembles = defect.kind === 'truncated' ? 'a truncated Mach-O file' : 'a damaged Mach-O file'
  return { ...NO_CONTENT, format, resembles, defects: [defect] }
}

function describeMachine({ cpu }: MachOProgram): string {
  const word = CPUS[cpu]?.word
  return `cputype 0x${cpu.toString(16)}${word === undefined ? '' : ` (${word})`}`
}
