import type { FileBytes } from './bytes.ts'

/** Where something lies, in bytes of the file. */
export interface FileRange {
  offset: number
  size: number
}

/** A program in which an application may be packed, whatever its format is. */
export interface PackedProgram {
  bytes: FileBytes
  format: 'elf' | 'mach-o' | 'pe'
  /** `.rodata`; in a Mach-O file `__TEXT,__const`. */
  sections: readonly (FileRange & { name: string; address: number })[]
  /** What packers put in under a name: ELF notes by their owner, Mach-O sections without their underscores, PE resources. */
  injected: readonly (FileRange & { owner: string })[]
  /** What its linker called it, whatever it is called now; null for ELF and Mach-O. */
  ownName: string | null
  /** Versions of the symbols that it offers (ELF). */
  defines: readonly string[]
  /** Whether it offers a function of that name to what it loads, without the underscore of a Mach-O symbol. */
  offers(symbol: string): Promise<boolean>
  /**
   * What is left behind everything that its headers speak of, but for a signature: there old packers put the
   * application.
   */
  appended: FileRange
}

/** What holds a program's constants: of ELF, of PE, and of Mach-O. */
export const CONSTANTS: readonly string[] = [
  '.rodata',
  '.rdata',
  '__TEXT,__const',
  '__TEXT,__cstring',
  '__TEXT,__literals',
]

/** Where a program's constants hold these bytes. */
export async function findConstant(
  { bytes, sections }: Pick<PackedProgram, 'bytes' | 'sections'>,
  value: Buffer,
): Promise<number | null> {
  for (const { offset, size } of sectionsOf(sections, CONSTANTS)) {
    const found = await bytes.find(value, offset, size)
    if (found !== null) return found
  }
  return null
}

/** The first of each name: a file may have hundreds that all say to hold the whole of it. */
export function sectionsOf<Section extends { name: string }>(
  sections: readonly Section[],
  names: readonly string[],
): readonly Section[] {
  return names
    .map(name => sections.find(section => section.name === name))
    .filter(section => section !== undefined)
}

/** Whether these bytes lie right before `end`. */
export async function endsWith(bytes: FileBytes, end: number, value: Buffer): Promise<boolean> {
  return (await bytes.read(end - value.length, value.length))?.equals(value) ?? false
}
