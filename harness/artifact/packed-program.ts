import type { FileBytes } from './bytes.ts'
import type { ElfDynamic } from './elf-dynamic.ts'
import type { ElfNote } from './elf-notes.ts'
import { definesSymbol } from './elf-symbols.ts'
import type { ElfSection } from './elf-tables.ts'

/** An ELF program in which an application may be packed. */
export interface PackedProgram {
  bytes: FileBytes
  sections: readonly ElfSection[]
  notes: readonly ElfNote[]
  /** Null for a program that is not linked with libraries. */
  dynamic: ElfDynamic | null
  /** What is left in the file behind everything that its headers speak of: there old packers put the application. */
  appendedBytes: number
}

/** Whether it offers a function of that name to what it loads. */
export async function offers({ dynamic }: PackedProgram, symbol: string): Promise<boolean> {
  return dynamic?.symbols != null && (await definesSymbol(dynamic.symbols, symbol))
}

/** Where a program's constants hold these bytes. */
export async function findConstant(
  { bytes, sections }: PackedProgram,
  value: Buffer,
): Promise<number | null> {
  const constants = sections.find(({ name }) => name === '.rodata')
  return constants === undefined ? null : bytes.find(value, constants.offset, constants.size)
}

/** Whether these bytes lie right before `end`. */
export async function endsWith(bytes: FileBytes, end: number, value: Buffer): Promise<boolean> {
  return (await bytes.read(end - value.length, value.length))?.equals(value) ?? false
}
