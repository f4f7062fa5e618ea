import type { FileBytes } from './bytes.ts'
import { damagedHeader, findTruncation, notAProgram } from './defects.ts'
import { type ArtifactContent, type ArtifactDefect, NO_CONTENT } from './description.ts'
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
  const sectionsOffset = peOffset + PE_HEADER_BYTES + header.u16(20)
  const truncation = findTruncation(bytes.size, await measurePe(bytes, sectionsOffset, header.u16(6)))
  const machine = MACHINES[header.u16(4)]
  const archs = machine === undefined ? [] : [machine.arch]
  return {
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
}

/** The bytes that the file needs to hold its section table and every section. */
async function measurePe(bytes: FileBytes, sectionsOffset: number, count: number): Promise<number> {
  let described = sectionsOffset + count * SECTION_BYTES
  for (let index = 0; index < count; index += 1) {
    const section = await bytes.fields(sectionsOffset + index * SECTION_BYTES, SECTION_BYTES, 'little')
    if (section === null) break
    const size = section.u32(16)
    const offset = section.u32(20)
    if (size > 0 && offset > 0) described = Math.max(described, offset + size)
  }
  return described
}

function findOtherKind(flags: number): string | null {
  if ((flags & IMAGE_FILE_DLL) !== 0) return 'a Windows library (DLL)'
  return (flags & IMAGE_FILE_EXECUTABLE_IMAGE) === 0 ? 'a Windows object file' : null
}

function describeDamaged(defect: ArtifactDefect, resembles: string): ArtifactContent {
  return { ...NO_CONTENT, format: 'pe', resembles, defects: [defect] }
}
