import type { FileRange, PackedProgram } from './packed-program.ts'
import { DIRECTORY, type PeTables, textAt, toOffset } from './pe-tables.ts'

const IMPORT_BYTES = 20
/** A large program imports from some forty; a damaged table must not make a walk without end. */
const MAX_IMPORTS = 512
/** Windows takes no longer name of a file. */
const MAX_NAME_BYTES = 260
const MAX_SYMBOL_BYTES = 512

/** Names of the libraries that Windows loads before the program's first instruction, each once: case does not matter to it. */
export async function readImports(tables: PeTables): Promise<string[]> {
  const names = new Map<string, string>()
  const start = toOffset(tables, tables.directories[DIRECTORY.imports]?.address ?? 0)
  for (let index = 0; start !== null && index < MAX_IMPORTS; index += 1) {
    const entry = await tables.bytes.fields(start + index * IMPORT_BYTES, IMPORT_BYTES, 'little')
    // The name is the last of what is set: a table ends with an entry that has none.
    if (entry === null || entry.u32(12) === 0) break
    const name = await textAt(tables, entry.u32(12), MAX_NAME_BYTES)
    const key = name?.toLowerCase() ?? ''
    if (name !== null && name !== '' && !names.has(key)) names.set(key, name)
  }
  return [...names.values()]
}

/** What it offers to the libraries that it loads: the name that its linker gave it, and a search among its functions. */
export async function readExports(tables: PeTables): Promise<Pick<PackedProgram, 'ownName' | 'offers'>> {
  const { bytes, directories } = tables
  const at = toOffset(tables, directories[DIRECTORY.exports]?.address ?? 0)
  const header = at === null ? null : await bytes.fields(at, 40, 'little')
  if (header === null) return { ownName: null, offers: async () => false }
  const names = toOffset(tables, header.u32(32))
  const count = header.u32(24)
  return {
    ownName: await textAt(tables, header.u32(12), MAX_NAME_BYTES),
    async offers(symbol) {
      // They are sorted by their bytes, and the loader searches them likewise.
      let from = 0
      let to = names === null ? 0 : count
      while (from < to) {
        const middle = Math.floor((from + to) / 2)
        const entry = await bytes.fields((names ?? 0) + middle * 4, 4, 'little')
        const name = entry === null ? null : await textAt(tables, entry.u32(0), MAX_SYMBOL_BYTES)
        if (name === null) return false
        if (name === symbol) return true
        if (name < symbol) from = middle + 1
        else to = middle
      }
      return false
    },
  }
}

const RT_RCDATA = 10
const RESOURCE_ENTRY_BYTES = 8
/** The high bit: of a name, that it is a text; of a place, that it is a table and no content. */
const IS_SPECIAL = 0x80000000
/** Of raw data programs have a handful. */
const MAX_RESOURCES = 256
const MAX_RESOURCE_NAME = 64

/** Raw data that was put in under a name: type, name, and of the languages the first. */
export async function readResources(tables: PeTables): Promise<(FileRange & { owner: string })[]> {
  const root = toOffset(tables, tables.directories[DIRECTORY.resources]?.address ?? 0)
  if (root === null) return []
  const found: (FileRange & { owner: string })[] = []
  const [kinds] = (await readEntries(tables, root, 0)).filter(({ id }) => id === RT_RCDATA)
  if (kinds?.table === undefined) return found
  for (const { name, table } of await readEntries(tables, root, kinds.table)) {
    if (name === null || table === undefined) continue
    const [language] = await readEntries(tables, root, table)
    const content =
      language?.content === undefined ? null : await tables.bytes.fields(root + language.content, 8, 'little')
    const offset = content === null ? null : toOffset(tables, content.u32(0))
    if (content !== null && offset !== null) found.push({ owner: name, offset, size: content.u32(4) })
  }
  return found
}

interface ResourceEntry {
  id: number
  name: string | null
  /** Where its own table lies, or its content is told; from the root on. */
  table?: number
  content?: number
}

async function readEntries({ bytes }: PeTables, root: number, at: number): Promise<ResourceEntry[]> {
  const header = await bytes.fields(root + at, 16, 'little')
  const entries: ResourceEntry[] = []
  const count = header === null ? 0 : header.u16(12) + header.u16(14)
  for (let index = 0; index < Math.min(count, MAX_RESOURCES); index += 1) {
    const fields = await bytes.fields(root + at + 16 + index * RESOURCE_ENTRY_BYTES, 8, 'little')
    if (fields === null) break
    const [id, place] = [fields.u32(0), fields.u32(4)]
    const name = id >= IS_SPECIAL ? await readName(bytes, root + id - IS_SPECIAL) : null
    entries.push({ id, name, ...(place >= IS_SPECIAL ? { table: place - IS_SPECIAL } : { content: place }) })
  }
  return entries
}

/** A count of characters, and then as many of UTF-16. */
async function readName(bytes: PeTables['bytes'], at: number): Promise<string | null> {
  const length = Math.min((await bytes.fields(at, 2, 'little'))?.u16(0) ?? 0, MAX_RESOURCE_NAME)
  return (await bytes.read(at + 2, length * 2))?.toString('utf16le') ?? null
}
