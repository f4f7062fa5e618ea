import type { FileBytes } from './bytes.ts'
import type { ArtifactLibc, ArtifactSystem } from './description.ts'
import type { ElfHeader, ElfSection, ElfSegment } from './elf-tables.ts'

/** The system and the libc that an ELF program is made for. The header alone tells neither. */
export interface ElfPlatform {
  os: ArtifactSystem
  libc: ArtifactLibc | null
}

const PT_NOTE = 4
const NT_GNU_ABI_TAG = 1

/** EI_OSABI. Linux programs have 0 (System V) or 3 (GNU), and so have some of other systems: their notes tell. */
const SYSTEMS_BY_OSABI: Record<number, ArtifactSystem> = { 2: 'netbsd', 9: 'freebsd', 12: 'openbsd' }
const SYSTEMS_BY_NOTE: Record<string, ArtifactSystem> = {
  NetBSD: 'netbsd',
  FreeBSD: 'freebsd',
  OpenBSD: 'openbsd',
  Android: 'android',
}

/** Real programs have under ten; a damaged size must not make a walk of millions. */
const MAX_NOTES = 256
/** Go's linker writes some thirty. */
const MAX_SECTIONS = 256
/** The longest owner that matters is "FreeBSD". */
const MAX_OWNER_BYTES = 16
/** Long enough for `.data.rel.ro.gopclntab`. */
const MAX_SECTION_NAME_BYTES = 32

/** Tells system and libc from the loader's name, from notes and, for Go, from section names. */
export async function findElfPlatform(
  bytes: FileBytes,
  header: ElfHeader,
  segments: readonly ElfSegment[],
  sections: readonly ElfSection[],
  loader: string | null,
): Promise<ElfPlatform> {
  const notes = await readNotes(bytes, header, segments)
  const os = findSystem(header, notes, loader)
  if (os === 'android') return { os, libc: 'bionic' }
  if (os !== 'linux') return { os, libc: null }
  if (loader !== null) return { os, libc: findLibcOfLoader(loader) }
  if (notes.some(note => note.owner === 'GNU' && note.type === NT_GNU_ABI_TAG)) return { os, libc: 'gnu' }
  if (notes.some(note => note.owner === 'Go')) return { os, libc: 'none' }
  // Go's linker writes no note when it is told to leave out the build id, as esbuild's release build does.
  if (await hasGoSections(bytes, header, sections)) return { os, libc: 'none' }
  // musl marks nothing; of the static programs in the field that is what is left.
  return { os, libc: 'musl' }
}

function findSystem(header: ElfHeader, notes: readonly ElfNote[], loader: string | null): ArtifactSystem {
  const byOsAbi = SYSTEMS_BY_OSABI[header.osAbi]
  if (byOsAbi !== undefined) return byOsAbi
  if (loader?.startsWith('/system/bin/linker')) return 'android'
  for (const { owner } of notes) {
    const byNote = SYSTEMS_BY_NOTE[owner]
    if (byNote !== undefined) return byNote
  }
  return 'linux'
}

function findLibcOfLoader(loader: string): ArtifactLibc | null {
  const name = loader.slice(loader.lastIndexOf('/') + 1)
  if (name.startsWith('ld-musl-')) return 'musl'
  // ld64.so: POWER and S/390, ld.so.1: 31-bit S/390 and MIPS
  return /^(ld-linux|ld64\.so|ld\.so)/.test(name) ? 'gnu' : null
}

interface ElfNote {
  owner: string
  type: number
}

async function readNotes(
  bytes: FileBytes,
  header: ElfHeader,
  segments: readonly ElfSegment[],
): Promise<ElfNote[]> {
  const notes: ElfNote[] = []
  for (const segment of segments) {
    if (segment.type !== PT_NOTE) continue
    const end = segment.offset + segment.size
    let offset = segment.offset
    while (offset < end && notes.length < MAX_NOTES) {
      const fields = await bytes.fields(offset, 12, header.endianness)
      if (fields === null) break
      const ownerBytes = fields.u32(0)
      const owner = await bytes.text(offset + 12, Math.min(ownerBytes, MAX_OWNER_BYTES))
      notes.push({ owner: owner ?? '', type: fields.u32(8) })
      // Descriptions are padded to the segment's alignment: 8 for .note.gnu.property, 4 for all others.
      const padding = segment.alignment === 8 ? 8 : 4
      offset += roundUp(roundUp(12 + ownerBytes, padding) + fields.u32(4), padding)
    }
  }
  return notes
}

async function hasGoSections(
  bytes: FileBytes,
  header: ElfHeader,
  sections: readonly ElfSection[],
): Promise<boolean> {
  const names = sections[header.sections.namesIndex]
  if (names === undefined) return false
  for (const section of sections.slice(0, MAX_SECTIONS)) {
    const name = await bytes.text(names.offset + section.nameOffset, MAX_SECTION_NAME_BYTES)
    if (name?.endsWith('.gopclntab')) return true
  }
  return false
}

function roundUp(value: number, multiple: number): number {
  return Math.ceil(value / multiple) * multiple
}
