import type { FileBytes } from './bytes.ts'
import type { ArtifactPayload } from './description.ts'
import { endsWith, type FileRange, type PackedProgram } from './packed-program.ts'

const BUN_TRAILER = Buffer.from('\n---- Bun! ----\n')
/** Bun's version script gives this to all that it offers to addons. */
const BUN_SYMBOLS = /^BUN_\d/
/** The section `.bun` of a plain Bun is a pointer, which is null. */
const BUN_POINTER_BYTES = 8
/** Until Bun 1.3 the application was appended, with its length behind the trailer. */
const BUN_LENGTH_BYTES = 8

/** What its linker called it for Windows: it is renamed afterwards. */
const BUN_FILES = /^bun(-[a-z]+)?\.exe$/

/** Bun, bare or as `bun build --compile` makes it. */
export async function readBun(program: PackedProgram): Promise<ArtifactPayload | null> {
  return program.format === 'elf' ? readBunElf(program) : readBunSection(program)
}

async function readBunElf({
  bytes,
  sections,
  defines,
  appended,
}: PackedProgram): Promise<ArtifactPayload | null> {
  const section = sections.find(({ name }) => name === '.bun')
  const told = { runtime: 'bun', version: null } as const
  if (section === undefined) {
    if (!defines.some(name => BUN_SYMBOLS.test(name))) return null
    const isCarried = await endsWith(bytes, bytes.size - BUN_LENGTH_BYTES, BUN_TRAILER)
    return { ...told, state: isCarried ? 'carried' : 'bare', bytes: appended.size }
  }
  if (!(await endsWith(bytes, section.offset + section.size, BUN_TRAILER)))
    return section.size <= BUN_POINTER_BYTES ? { ...told, state: 'bare', bytes: 0 } : null
  const isLinked = await hasBunPointer(bytes, sections, section)
  return { ...told, state: isLinked ? 'carried' : 'unlinked', bytes: section.size }
}

/** Mach-O has the section always, PE only with an application in it: its length, and then the application. */
async function readBunSection({ bytes, sections, ownName }: PackedProgram): Promise<ArtifactPayload | null> {
  const section = sections.find(({ name }) => name === '__BUN,__bun' || name === '.bun')
  if (section === undefined && !BUN_FILES.test(ownName ?? '')) return null
  const length = section === undefined ? 0 : await readBunLength(bytes, section)
  if (length === null) return null
  return { runtime: 'bun', version: null, state: length > 0 ? 'carried' : 'bare', bytes: length }
}

/** Null where it is no section of Bun's. */
async function readBunLength(bytes: FileBytes, { offset, size }: FileRange): Promise<number | null> {
  const length = (await bytes.fields(offset, BUN_LENGTH_BYTES, 'little'))?.u64(0) ?? 0
  if (length === 0) return 0
  if (length + BUN_LENGTH_BYTES > size) return null
  return (await endsWith(bytes, offset + BUN_LENGTH_BYTES + length, BUN_TRAILER)) ? length : null
}

/**
 * Whether the pointer is set. It stays where the section was, right behind the one before it, while the section's entry
 * moves to the application. `strip` copies sections only: it keeps the application and drops what points to it.
 * https://github.com/oven-sh/bun/pull/38251
 */
async function hasBunPointer(
  bytes: FileBytes,
  sections: PackedProgram['sections'],
  section: PackedProgram['sections'][number],
): Promise<boolean> {
  const before = sections[sections.indexOf(section) - 1]
  if (before === undefined) return true
  const from = before.offset + before.size
  const behind = sections.filter(other => other !== section && other.offset >= from)
  const end = behind.reduce((nearest, { offset }) => Math.min(nearest, offset), bytes.size)
  const address = Buffer.alloc(BUN_POINTER_BYTES)
  address.writeBigUInt64LE(BigInt(section.address))
  return (await bytes.find(address, from, end - from)) !== null
}
