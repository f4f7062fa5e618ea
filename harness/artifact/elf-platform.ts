import type { ArtifactLibc, ArtifactSystem } from './description.ts'
import type { ElfNote } from './elf-notes.ts'
import type { ElfHeader, ElfSection } from './elf-tables.ts'

/** The system and the libc that an ELF program is made for. The header alone tells neither. */
export interface ElfPlatform {
  os: ArtifactSystem
  libc: ArtifactLibc | null
}

const NT_GNU_ABI_TAG = 1

/** EI_OSABI. Linux programs have 0 (System V) or 3 (GNU), and so have some of other systems: their notes tell. */
const SYSTEMS_BY_OSABI: Record<number, ArtifactSystem> = { 2: 'netbsd', 9: 'freebsd', 12: 'openbsd' }
const SYSTEMS_BY_NOTE: Record<string, ArtifactSystem> = {
  NetBSD: 'netbsd',
  FreeBSD: 'freebsd',
  OpenBSD: 'openbsd',
  Android: 'android',
}

/** Tells system and libc from the loader's name, from notes and, for Go, from section names. */
export function findElfPlatform(
  header: ElfHeader,
  notes: readonly ElfNote[],
  sections: readonly ElfSection[],
  loader: string | null,
): ElfPlatform {
  const os = findSystem(header, notes, loader)
  if (os === 'android') return { os, libc: 'bionic' }
  if (os !== 'linux') return { os, libc: null }
  if (loader !== null) return { os, libc: findLibcOfLoader(loader) }
  if (notes.some(note => note.owner === 'GNU' && note.type === NT_GNU_ABI_TAG)) return { os, libc: 'gnu' }
  if (notes.some(note => note.owner === 'Go')) return { os, libc: 'none' }
  // Go's linker writes no note when it is told to leave out the build id, as esbuild's release build does.
  if (sections.some(({ name }) => name.endsWith('.gopclntab'))) return { os, libc: 'none' }
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
