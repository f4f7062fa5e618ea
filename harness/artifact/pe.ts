import type { FileBytes } from './bytes.ts'
import { damagedHeader, findTruncation, notAProgram } from './defects.ts'
import {
  type ArtifactContent,
  type ArtifactDefect,
  type ArtifactLibraries,
  type ArtifactSignature,
  NO_CONTENT,
} from './description.ts'
import { readLanguage } from './language.ts'
import { readPayload } from './payload.ts'
import { readExports, readImports, readResources } from './pe-directories.ts'
import { DIRECTORY, type PeTables, readPeTables } from './pe-tables.ts'
import { deriveTriple } from './triple.ts'

/** The DOS header says at this offset where the PE header begins. */
const PE_OFFSET_AT = 0x3c
const DOS_HEADER_BYTES = 0x40
const PE_SIGNATURE = 0x00004550 // "PE\0\0"
/** Signature and COFF header; the optional header and the section table follow. */
const PE_HEADER_BYTES = 24
const SECTION_BYTES = 40

const IMAGE_FILE_EXECUTABLE_IMAGE = 0x2
const IMAGE_FILE_DLL = 0x2000

/** WIN_CERT_TYPE_PKCS_SIGNED_DATA */
const PKCS_SIGNED_DATA = 2
const SUBSYSTEMS: Record<number, 'console' | 'gui'> = { 2: 'gui', 3: 'console' }

const MACHINES: Record<number, { word: string; arch: string; bits: 32 | 64 }> = {
  332: { word: 'I386', arch: 'ia32', bits: 32 },
  452: { word: 'ARMNT', arch: 'arm', bits: 32 },
  34404: { word: 'AMD64', arch: 'x64', bits: 64 },
  43620: { word: 'ARM64', arch: 'arm64', bits: 64 },
}

/** Describes a file that begins with `MZ`: a Windows program, or one for DOS. */
export async function readPe(bytes: FileBytes): Promise<ArtifactContent> {
  const dosHeader = await bytes.fields(0, DOS_HEADER_BYTES, 'little')
  const peOffset = dosHeader?.u32(PE_OFFSET_AT) ?? 0
  const header = await bytes.fields(peOffset, PE_HEADER_BYTES, 'little')
  if (dosHeader === null || header === null) {
    const needed = Math.max(DOS_HEADER_BYTES, peOffset + PE_HEADER_BYTES)
    return describeDamaged(
      findTruncation(bytes.size, needed) ?? damagedHeader('it could not be read'),
      'a truncated Windows program',
    )
  }
  if (header.u32(0) !== PE_SIGNATURE) {
    const resembles = 'a program for DOS or 16-bit Windows'
    return { ...NO_CONTENT, resembles, defects: [notAProgram(resembles)] }
  }

  const kind = findOtherKind(header.u16(22))
  const tables = await readPeTables(bytes, {
    offset: peOffset + PE_HEADER_BYTES,
    size: header.u16(20),
    count: header.u16(6),
  })
  const sectionsEnd = peOffset + PE_HEADER_BYTES + header.u16(20) + header.u16(6) * SECTION_BYTES
  const described = measurePe(tables, sectionsEnd)
  const truncation = findTruncation(bytes.size, described)
  const machine = MACHINES[header.u16(4)]
  const archs = machine === undefined ? [] : [machine.arch]
  const content: ArtifactContent = {
    ...NO_CONTENT,
    format: 'pe',
    resembles: kind ?? (truncation === null ? null : 'a truncated Windows program'),
    os: 'windows',
    archs,
    machine: `Machine 0x${header.u16(4).toString(16)}${machine === undefined ? '' : ` (${machine.word})`}`,
    bits: machine?.bits ?? null,
    endianness: 'little',
    triple: deriveTriple({ os: 'windows', archs }),
    defects: [kind === null ? null : notAProgram(kind), truncation].filter(defect => defect !== null),
  }
  if (content.defects.length > 0) return content
  const signature = await readAuthenticode(tables)
  const payload = await readPayload({
    bytes,
    format: 'pe',
    sections: tables.sections,
    injected: await readResources(tables),
    defines: [],
    ...(await readExports(tables)),
    appended: { offset: described, size: Math.max(0, findSignatureStart(tables) - described) },
  })
  return {
    ...content,
    libraries: listImports(await readImports(tables)),
    payload,
    language: payload === null ? await readLanguage(tables) : null,
    stripped: header.u32(12) === 0,
    compressor: tables.sections.some(({ name }) => name === 'UPX1') ? 'upx' : null,
    subsystem: SUBSYSTEMS[tables.subsystem] ?? null,
    signature,
  }
}

/** The bytes that the file needs to hold its section table and every section. */
function measurePe({ sections }: PeTables, sectionsEnd: number): number {
  return sections
    .filter(({ offset, size }) => offset > 0 && size > 0)
    .reduce((end, { offset, size }) => Math.max(end, offset + size), sectionsEnd)
}

/** By name only: what Windows brings is on no other machine. */
function listImports(names: readonly string[]): ArtifactLibraries {
  const needed = names.map(name => ({ name, by: null, path: null }))
  return { needed, versions: [], newestGlibc: null, searched: false }
}

/** Whether there is a signature: Windows checks it against what it trusts, and what it was made of. */
async function readAuthenticode({ bytes, directories }: PeTables): Promise<ArtifactSignature> {
  const { address, size } = directories[DIRECTORY.certificate] ?? { address: 0, size: 0 }
  const told = { authority: null, hardenedRuntime: null, entitlements: [], pages: null }
  if (address === 0 || size === 0) return { kind: 'none', ...told }
  // Its length, its revision, and what it is: PKCS #7.
  const header = await bytes.fields(address, 8, 'little')
  const isWhole = header !== null && header.u16(6) === PKCS_SIGNED_DATA && header.u32(0) <= size
  return { kind: isWhole && address + size <= bytes.size ? 'authenticode' : 'damaged', ...told }
}

/** It comes last. What is not within the file is none. */
function findSignatureStart({ bytes, directories }: PeTables): number {
  const { address = 0, size = 0 } = directories[DIRECTORY.certificate] ?? {}
  return size > 0 && address > 0 && address < bytes.size ? address : bytes.size
}

function findOtherKind(flags: number): string | null {
  if ((flags & IMAGE_FILE_DLL) !== 0) return 'a Windows library (DLL)'
  return (flags & IMAGE_FILE_EXECUTABLE_IMAGE) === 0 ? 'a Windows object file' : null
}

function describeDamaged(defect: ArtifactDefect, resembles: string): ArtifactContent {
  return { ...NO_CONTENT, format: 'pe', resembles, defects: [defect] }
}
