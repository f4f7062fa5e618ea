import type { FileBytes } from './bytes.ts'
import type { ArtifactLanguage } from './description.ts'
import { CONSTANTS, type PackedProgram, sectionsOf } from './packed-program.ts'

/** How what Go's linker writes down about the build begins (debug/buildinfo); 16 bytes, of which these are fixed. */
const GO_MARK = Buffer.from('\xff Go buildinf:', 'latin1')
const GO_HEADER_BYTES = 32
/** The version stands right behind the header, and not somewhere that a pointer leads to: since Go 1.18. */
const GO_IS_INLINE = 0x2
const GO_FLAGS_AT = 15
/** Longer than `go1.22.1 X:boringcrypto`; one byte says how long, then. */
const GO_VERSION_BYTES = 64
/** ELF and Mach-O have a section for it. In a program for Windows it lies at the beginning of its data. */
const GO_SECTIONS = ['.go.buildinfo', '__DATA,__go_buildinfo', '.data']
const GO_WITHIN_BYTES = 1024 * 1024
/** The header of what the runtime finds its functions by, since Go 1.20 (internal/abi: Go120PCLnTabMagic), for 64 bits. */
const GO_TABLES = [Buffer.from('f1ffffff00000108', 'hex'), Buffer.from('f1ffffff00000408', 'hex')]
const GO_TABLE_WITHIN_BYTES = 16 * 1024 * 1024

/** Where compilers leave their names (ELF). */
const COMMENTS = '.comment'
const MOST_COMMENT_BYTES = 16 * 1024
/** Of paths in the messages of panics: `/rustc/<commit>/library/core/src/…`. */
const RUST_MARK = Buffer.from('/rustc/')
/** They come early among the constants, and the constants of a large program are a tenth of a gigabyte. */
const RUST_WITHIN_BYTES = 8 * 1024 * 1024

/** What the compiler of a program left in it. For those that no packer made: a runtime's language is its own affair. */
export async function readLanguage(
  program: Pick<PackedProgram, 'bytes' | 'sections'>,
): Promise<ArtifactLanguage | null> {
  const told = (await readGo(program)) ?? (await readRust(program))
  if (told !== null) return told
  return (await hasGoTable(program)) ? { name: 'go', version: null } : null
}

async function readGo({
  bytes,
  sections,
}: Pick<PackedProgram, 'bytes' | 'sections'>): Promise<ArtifactLanguage | null> {
  for (const { offset, size } of sectionsOf(sections, GO_SECTIONS)) {
    const at = await bytes.find(GO_MARK, offset, Math.min(size, GO_WITHIN_BYTES))
    if (at !== null) return { name: 'go', version: await readGoVersion(bytes, at) }
  }
  // Left out with the build id, as esbuild's release does it; this table no Go program can do without.
  const hasTable = sections.some(({ name }) => /[._]gopclntab$/.test(name))
  return hasTable ? { name: 'go', version: null } : null
}

/** In a program for Windows it has no section of its own: it begins with these, for x86 and for ARM. */
async function hasGoTable({ bytes, sections }: Pick<PackedProgram, 'bytes' | 'sections'>): Promise<boolean> {
  const constants = sections.find(({ name }) => name === '.rdata')
  if (constants === undefined) return false
  for (const mark of GO_TABLES) {
    const size = Math.min(constants.size, GO_TABLE_WITHIN_BYTES)
    if ((await bytes.find(mark, constants.offset, size)) !== null) return true
  }
  return false
}

async function readGoVersion(bytes: FileBytes, at: number): Promise<string | null> {
  const head = await bytes.read(at, GO_HEADER_BYTES + 1)
  if (head === null || ((head[GO_FLAGS_AT] ?? 0) & GO_IS_INLINE) === 0) return null
  const length = Math.min(head[GO_HEADER_BYTES] ?? 0, GO_VERSION_BYTES)
  const text = await bytes.text(at + GO_HEADER_BYTES + 1, length)
  return /^go(\d[\w.]*)/.exec(text ?? '')?.[1] ?? null
}

async function readRust({
  bytes,
  sections,
}: Pick<PackedProgram, 'bytes' | 'sections'>): Promise<ArtifactLanguage | null> {
  const comments = sections.find(({ name }) => name === COMMENTS)
  const said = comments && (await bytes.read(comments.offset, Math.min(comments.size, MOST_COMMENT_BYTES)))
  const version = /rustc version (\d+\.\d+\.\d+[\w.-]*)/.exec(said?.toString('latin1') ?? '')?.[1]
  if (version !== undefined) return { name: 'rust', version }
  for (const { offset, size } of sectionsOf(sections, CONSTANTS)) {
    const at = await bytes.find(RUST_MARK, offset, Math.min(size, RUST_WITHIN_BYTES))
    if (at !== null) return { name: 'rust', version: null }
  }
  return null
}
